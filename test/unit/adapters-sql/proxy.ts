import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Place } from './servers.ts'

/** When the next COMMIT, or other statement that is its own commit, passes by: cut the line before it arrives, or before its answer does. */
export type Cut = 'before-commit' | 'after-commit'

const COMMIT = /\bcommit\b/i

/** A wire to a database that breaks where it is told to. */
export async function breakingProxy(target: Place) {
  let cut: Cut | undefined
  let at = COMMIT
  let cuts = 0
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(target.port, target.host)
    let isDeaf = false
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', data => {
      if (cut && at.test(data.toString('latin1'))) {
        cuts++
        isDeaf = cut === 'after-commit'
        cut = undefined
        if (!isDeaf) return end()
      }
      upstream.write(data)
    })
    upstream.on('data', data => {
      // The server has answered, so it has committed.
      if (isDeaf) return end()
      client.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return {
    place: { host: '127.0.0.1', port: address.port },
    cutAtNext(when: Cut, statement = COMMIT) {
      cut = when
      at = statement
    },
    get cuts() {
      return cuts
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A server that takes connections and never says a word. */
export async function silentServer() {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    place: { host: '127.0.0.1', port: address.port },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
