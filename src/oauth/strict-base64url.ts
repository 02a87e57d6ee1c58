/**
 * Decodes base64url without padding, and nothing else. The last character may carry unused bits that a lenient
 * decoder drops, so that several texts give the same bytes: only the one that encodes back to itself is taken.
 */
export function strictBase64url(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
