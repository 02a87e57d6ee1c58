import type { Request, Response } from 'express'
import type { Member } from '../members.ts'
import type { Html } from '../pages/html.ts'

export function send(response: Response, page: Html, status = 200): void {
  response.status(status).type('html').send(page.text)
}

/** Of a route behind `signedIn`, which sets it. */
export function memberOf(request: Request): Member {
  return (request as SignedIn).member
}

export type SignedIn = Request & { member: Member }
