import { MEMBERS, type Member, memberNamed } from '../express-clinic/members.ts'

/** A member, and what this one chooses on the settings page. */
export interface DemoMember extends Member {
  readonly calendar: 'primary' | 'dedicated'
  /** Agrees to see client names in the own calendar. */
  readonly showsNames: boolean
}

export const DEMO_MEMBERS: readonly DemoMember[] = MEMBERS.map(member => ({
  ...member,
  calendar: memberNamed(member) === 'jonas@riverside' ? 'dedicated' : 'primary',
  showsNames: memberNamed(member) === 'dana@riverside',
}))
