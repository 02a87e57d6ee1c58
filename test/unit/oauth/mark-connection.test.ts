import { describe, expect, it } from 'vitest'
import { markNeedsReauth } from '../../../src/oauth/index.ts'
import { ACCOUNT, connectedWorld, type World } from './world.ts'

async function mark(world: World, stillTrue: () => Promise<boolean>, epoch?: number) {
  const { connections } = world.stores.state
  return markNeedsReauth(connections, {
    account: ACCOUNT,
    epoch: epoch ?? (await world.epoch()),
    cause: 'invalid_grant',
    at: 7,
    stillTrue,
  })
}

async function statusOf(world: World) {
  return (await world.stores.state.connections.get(ACCOUNT))?.status
}

describe('needs_reauth by compare-and-set (ENGINE C1)', () => {
  it('is set once, with its cause', async () => {
    const world = await connectedWorld()
    expect(await mark(world, async () => true)).toBe('marked')
    expect(await mark(world, async () => true)).toBe('already')
    expect(await world.stores.state.connections.get(ACCOUNT)).toMatchObject({
      status: 'needs_reauth',
      cause: 'invalid_grant',
      lastError: { code: 'reauth-required', at: 7 },
    })
  })

  it('is not set when the token has moved on', async () => {
    const world = await connectedWorld()
    expect(await mark(world, async () => false)).toBe('moved')
    expect(await statusOf(world)).toBe('active')
  })

  it('is not set when the epoch has moved on, before or while it looks', async () => {
    const world = await connectedWorld()
    expect(await mark(world, async () => true, (await world.epoch()) - 1)).toBe('moved')
    const reconnects = async () => {
      await world.connect()
      return true
    }
    expect(await mark(world, reconnects)).toBe('moved')
    expect(await statusOf(world)).toBe('active')
  })

  it('survives another update of the row', async () => {
    const world = await connectedWorld()
    const { connections } = world.stores.state
    const touches = async () => {
      const row = await connections.get(ACCOUNT)
      if (row?.lastError === undefined)
        await connections.update(ACCOUNT, row!.revision, { set: { lastError: { code: 'x', at: 1 } } })
      return true
    }
    expect(await mark(world, touches)).toBe('marked')
  })

  it('gives up rather than spin when the row never holds still', async () => {
    const world = await connectedWorld()
    const { connections } = world.stores.state
    const touches = async () => {
      const row = await connections.get(ACCOUNT)
      await connections.update(ACCOUNT, row!.revision, { set: {} })
      return true
    }
    expect(await mark(world, touches)).toBe('moved')
  })

  it.each(['connecting', 'disconnecting', 'disconnected'] as const)('leaves %s alone', async status => {
    const world = await connectedWorld()
    const { connections } = world.stores.state
    const row = (await connections.get(ACCOUNT))!
    await connections.update(ACCOUNT, row.revision, { set: { status } })
    expect(await mark(world, async () => true)).toBe('kept')
    expect(await statusOf(world)).toBe(status)
  })
})
