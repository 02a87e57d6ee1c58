import type { Link } from '../contracts/link.ts'

/**
 * Whether a link is any concern of a connection with this target. One whose event was kept by a disconnect is, only
 * once that calendar is the target again (ENGINE D4).
 */
export function concerns(target: string | undefined, link: Pick<Link, 'detached' | 'target'>): boolean {
  return !link.detached || link.target === target
}
