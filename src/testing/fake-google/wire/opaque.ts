/** Opaque tokens: base64 of a few fields with a checksum, so that a mangled one is told from an old one. */

export function encodeOpaque(fields: readonly (string | number)[]): string {
  const text = fields.join('|')
  return Buffer.from(`${checksum(text)}|${text}`).toString('base64')
}

export function decodeOpaque(token: string): string[] | undefined {
  const [sum, ...fields] = Buffer.from(token, 'base64').toString('utf8').split('|')
  return fields.length > 0 && sum === checksum(fields.join('|')) ? fields : undefined
}

export function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(36)
}
