const { result } = document.getElementById('result').dataset
const channel = new BroadcastChannel('google-calendar')
channel.postMessage({ result })
channel.close()
// Works in the small window only. Google may have cut its tie to the page that opened it: then it stays, and says so.
window.close()
