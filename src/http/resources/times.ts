/** Epoch ms as RFC 3339, where there is one. */
export function optionalTime<Name extends string>(
  name: Name,
  ms: number | undefined,
): { readonly [N in Name]?: string } {
  return (ms === undefined ? {} : { [name]: timeText(ms) }) as { readonly [N in Name]?: string }
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
