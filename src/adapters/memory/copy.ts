/** What passes the port is copied both ways, through JSON as a database would: no caller shares our rows. */
export function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
