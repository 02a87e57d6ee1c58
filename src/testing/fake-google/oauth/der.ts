/** As much of ASN.1 DER as a certificate needs. */

function encode(tag: number, content: Uint8Array): Buffer {
  const length = content.length
  const size: number[] = []
  for (let rest = length; rest > 0; rest >>= 8) size.unshift(rest & 0xff)
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | size.length, ...size]
  return Buffer.concat([Buffer.from(header), content])
}

export const sequence = (...parts: Uint8Array[]): Buffer => encode(0x30, Buffer.concat(parts))
export const set = (...parts: Uint8Array[]): Buffer => encode(0x31, Buffer.concat(parts))
/** Small non-negative numbers only. */
export const integer = (value: number): Buffer => encode(0x02, Buffer.from([value]))
export const nullValue = (): Buffer => encode(0x05, Buffer.alloc(0))
export const utf8 = (text: string): Buffer => encode(0x0c, Buffer.from(text))
export const utcTime = (text: string): Buffer => encode(0x17, Buffer.from(text))
export const bitString = (bits: Uint8Array): Buffer => encode(0x03, Buffer.concat([Buffer.from([0]), bits]))
export const tagged = (number: number, content: Uint8Array): Buffer => encode(0xa0 | number, content)

export function objectId([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return encode(0x06, Buffer.from(bytes))
}
