import { badRequest, invalidParameter } from './envelope.ts'

export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i

export function booleanParameter(query: URLSearchParams, name: string, fallback: boolean): boolean {
  const value = query.get(name)
  if (value === null || value === '') return fallback
  if (value.toLowerCase() === 'true') return true
  if (value.toLowerCase() === 'false') return false
  const message = `Invalid value '${value}'. Values must match the following regular expression: 'true|false'`
  return invalidParameter(name, message)
}

export function integerParameter(
  query: URLSearchParams,
  name: string,
  fallback: number,
  max: number,
): number {
  const value = query.get(name)
  if (value === null) return fallback
  if (!/^\d{1,9}$/.test(value) || Number(value) === 0) {
    const message = `Invalid value '${value}'. Values must be within the range: [1, ${max}]`
    return invalidParameter(name, message)
  }
  return Math.min(Number(value), max)
}

/** RFC 3339 with a mandatory offset; milliseconds are ignored (Calendar API, "Events: list"). */
export function instantParameter(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name)
  if (value === null) return undefined
  const ms = INSTANT.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? badRequest() : Math.floor(ms / 1000) * 1000
}

export function choiceParameter<T extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = query.get(name)
  if (value === null) return undefined
  const choice = choices.find(known => known === value)
  if (choice !== undefined) return choice
  const message = `Invalid value '${value}'. Values must match the following regular expression: '${choices.join('|')}'`
  return invalidParameter(name, message)
}
