/** Whose calendar: a user inside a workspace of the host. There is no default account, ever. */
export interface AccountRef {
  readonly workspaceId: string
  readonly userId: string
}

/** Which appointment. It never names a user: re-assignment must reach the old owner's calendar too. */
export interface AppointmentRef {
  readonly workspaceId: string
  readonly appointmentId: string
}

/** Host ids are opaque: 1 to 255 characters of any kind but NUL and lone surrogates, which databases cannot keep. */
export const MAX_ID_LENGTH = 255
