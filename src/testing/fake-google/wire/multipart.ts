import type { FakeRequest, FakeResponse } from './exchange.ts'

export interface Part {
  readonly contentId: string | undefined
  readonly request: FakeRequest
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

export function boundaryOf(contentType: string | undefined): string | undefined {
  const [, quoted, plain] =
    /^multipart\/mixed\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '') ?? []
  return quoted ?? plain
}

/** The requests inside a batch; outer headers hold for each of them, but for those of its content. */
export function readParts(outer: FakeRequest, boundary: string, origin: string): Part[] | undefined {
  const shared = Object.entries(outer.headers).filter(
    ([name]) => !/^content-|^(host|connection|transfer-encoding|accept-encoding)$/.test(name),
  )
  const [, ...sections] = `\r\n${outer.body}`.split(new RegExp(`\\r?\\n--${escapeRegExp(boundary)}`))
  const parts: Part[] = []
  for (const section of sections) {
    if (section.startsWith('--')) break
    const part = readPart(section, Object.fromEntries(shared), origin)
    if (!part) return undefined
    parts.push(part)
  }
  return parts
}

function readPart(section: string, shared: Record<string, string>, origin: string): Part | undefined {
  const [mimeText = '', ...rest] = section.replace(/^[ \t]*\r?\n/, '').split(/\r?\n\r?\n/)
  const mime = readHeaders(mimeText.split(/\r?\n/))
  const [head = '', ...body] = rest
  const [requestLine = '', ...headerLines] = head.split(/\r?\n/)
  const [method, target] = requestLine.trim().split(/\s+/)
  if (!mime['content-type']?.toLowerCase().startsWith('application/http') || !method || !target)
    return undefined
  // The URL is a path only; some clients send it whole.
  const url = `${origin}${target.replace(/^https?:\/\/[^/]+/i, '')}`
  const headers = { ...shared, ...readHeaders(headerLines) }
  const text = body.join('\n\n').replace(/\r?\n$/, '')
  return { contentId: mime['content-id'], request: { method, url, headers, body: text.trim() } }
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return headers
}

export interface PartAnswer {
  readonly contentId: string | undefined
  readonly response: FakeResponse
}

/** In the order of the requests. */
export function renderParts(answers: readonly PartAnswer[], boundary: string): string {
  const parts = answers.map(({ contentId, response }) => {
    const { status, headers, body } = response
    const named =
      contentId === undefined
        ? ''
        : `Content-ID: ${contentId.replace(/^<?/, '<response-').replace(/>?$/, '>')}\r\n`
    const kept = Object.entries(headers).map(([name, value]) => `${titleCase(name)}: ${value}\r\n`)
    const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`
    const inner = `HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n${kept.join('')}${length}\r\n${body}`
    return `--${boundary}\r\nContent-Type: application/http\r\n${named}\r\n${inner}\r\n`
  })
  return `${parts.join('')}--${boundary}--\r\n`
}

function titleCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase())
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
