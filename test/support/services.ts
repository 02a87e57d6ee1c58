/** A database server as its drivers take it. */
export interface DatabaseServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password?: string
  readonly database: string
}

/** Where the servers answer that some tests need: `DATABASE_URL`, `MYSQL_URL` and `REDIS_URL`, by default on loopback. */
export const POSTGRES = databaseAt(process.env.DATABASE_URL, 'postgres://postgres@127.0.0.1:5432/test')
export const MARIADB = databaseAt(process.env.MYSQL_URL, 'mysql://root@127.0.0.1:3306/test')
export const REDIS = serverAt(process.env.REDIS_URL, 'redis://127.0.0.1:6379')

function databaseAt(given: string | undefined, usual: string): DatabaseServer {
  const server = serverAt(given, usual)
  const { username, pathname } = new URL(given || usual)
  return { ...server, user: decodeURIComponent(username), database: decodeURIComponent(pathname.slice(1)) }
}

function serverAt(given: string | undefined, usual: string) {
  const { hostname, port, password } = new URL(given || usual)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || new URL(usual).port),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  }
}
