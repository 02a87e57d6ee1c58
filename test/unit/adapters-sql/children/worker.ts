// A process of its own on one file: migrates, then claims and finishes whatever is due until nothing is left.
import { sqliteStores } from '../../../../src/adapters/sqlite/index.ts'

const [path = '', name = '', inserts = '0'] = process.argv.slice(2)
const stores = sqliteStores(path)
await stores.migrate()
const { marks, claims } = stores.state
for (let index = 0; index < Number(inserts); index++) {
  await marks.insert([
    { ref: { workspaceId: 'w1', appointmentId: `${name}-${index}` }, lane: 'interactive', origin: 'host' },
  ])
}
const done: { readonly id: string; readonly fence: number }[] = []
for (let idle = 0; idle < 5; ) {
  const due = await marks.dueRefs({ limit: 20 })
  idle = due.length === 0 ? idle + 1 : 0
  for (const { ref } of due) {
    const claim = await claims.claim(ref, { holdMs: 15_000 })
    if (!claim) continue
    const deleteMarks = claim.marks.map(mark => mark.id)
    const finished = await claims.finish(claim, { deleteMarks, addMarks: [] })
    if (finished) done.push(...deleteMarks.map(id => ({ id, fence: claim.fence })))
  }
  await new Promise(resolve => setTimeout(resolve, 2))
}
await stores.close()
process.stdout.write(JSON.stringify(done))
