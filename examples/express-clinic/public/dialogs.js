/** Buttons that open a dialog. Closing it gives the focus back to them: the browser sees to that. */
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-opens]')
  if (opener) document.getElementById(opener.dataset.opens)?.showModal()
})

/** Opens a dialog; resolves with the value of the button that closed it, or with an empty text for Escape. */
export function ask(dialog) {
  dialog.returnValue = ''
  dialog.querySelector('form')?.reset()
  dialog.showModal()
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true })
  })
}
