// Claims a ref, writes a link in full, then begins a second write and is killed inside its transaction.
import { DatabaseSync } from 'node:sqlite'
import { sqliteStores } from '../../../../src/adapters/sqlite/index.ts'

const [path = ''] = process.argv.slice(2)
const stores = sqliteStores(path)
const ref = { workspaceId: 'w1', appointmentId: 'a1' }
await stores.state.marks.insert([{ ref, lane: 'interactive', origin: 'host' }])
await stores.state.claims.claim(ref, { holdMs: 15_000 })
const database = new DatabaseSync(path)
database.exec('begin immediate')
database.exec('delete from gcs_marks')
database.exec('update gcs_refs set fence = fence + 1')
process.kill(process.pid, 'SIGKILL')
