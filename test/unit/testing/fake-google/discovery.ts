import { readReference, referencePath } from '../../../support/reference.ts'

/** Google's own description of its API, where it is at hand. */
export const DISCOVERY = 'calendar-v3.discovery.json'
export const DISCOVERY_PATH = referencePath(DISCOVERY)

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema
}

interface Method {
  readonly httpMethod: string
  readonly path: string
  readonly scopes?: readonly string[]
  readonly response?: { readonly $ref: string }
}

export class Discovery {
  readonly #schemas: Readonly<Record<string, Schema>>
  readonly methods: ReadonlyMap<string, Method>

  static read(): Discovery | undefined {
    const text = readReference(DISCOVERY)
    return text === undefined ? undefined : new Discovery(JSON.parse(text))
  }

  private constructor(document: {
    schemas: Record<string, Schema>
    resources: Record<string, { methods: Record<string, Method> }>
  }) {
    this.#schemas = document.schemas
    this.methods = new Map(
      Object.entries(document.resources).flatMap(([resource, { methods }]) =>
        Object.entries(methods).map(([name, method]) => [`${resource}.${name}`, method] as const),
      ),
    )
  }

  /** What is wrong with the body of a method's 200, each thing with its place. */
  check(method: string, body: unknown): string[] {
    const response = this.methods.get(method)?.response
    if (!response) return body === undefined ? [] : [`${method} answers no body`]
    return this.#check(body, { $ref: response.$ref }, method)
  }

  #check(value: unknown, schema: Schema, place: string): string[] {
    if (schema.$ref) return this.#check(value, this.#schemas[schema.$ref] ?? {}, place)
    switch (schema.type) {
      case 'object':
        return this.#checkObject(value, schema, place)
      case 'array':
        if (!Array.isArray(value)) return [`${place} is no array`]
        return value.flatMap((item, index) => this.#check(item, schema.items ?? {}, `${place}[${index}]`))
      case 'string':
        return typeof value === 'string'
          ? checkFormat(value, schema.format, place)
          : [`${place} is no string`]
      case 'integer':
        return Number.isInteger(value) ? [] : [`${place} is no integer`]
      case 'number':
        return typeof value === 'number' ? [] : [`${place} is no number`]
      case 'boolean':
        return typeof value === 'boolean' ? [] : [`${place} is no boolean`]
      default:
        return []
    }
  }

  #checkObject(value: unknown, schema: Schema, place: string): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${place} is no object`]
    return Object.entries(value).flatMap(([key, item]) => {
      const inner = schema.properties?.[key] ?? schema.additionalProperties
      return inner ? this.#check(item, inner, `${place}.${key}`) : [`${place}.${key} is not in the schema`]
    })
  }
}

interface Answered {
  readonly status: number
  readonly text: string
  readonly json?: unknown
}

/**
 * What is wrong with an answer of a method, whatever its status: 200 by Google's schema, 204 and 304 empty, and
 * refusals in one of the two envelopes. Answers that faults made up are HTML and pass.
 */
export function checkAnswer(discovery: Discovery | undefined, method: string, answer: Answered): string[] {
  const { status, json, text } = answer
  if (status === 204 || status === 304) return text === '' ? [] : [`a ${status} with a body`]
  if (json === undefined)
    return text.startsWith('<!DOCTYPE html>') ? [] : [`neither JSON nor a page: ${text}`]
  if (status === 200) return discovery?.check(method, json) ?? []
  return checkEnvelope(status, json as { error?: Envelope }, text)
}

interface Envelope {
  readonly code?: unknown
  readonly message?: unknown
  readonly status?: unknown
  readonly errors?: readonly {
    readonly domain?: unknown
    readonly reason?: unknown
    readonly message?: unknown
  }[]
}

/** Calendar's own errors are indented by one space and have no `status`; the front end's by two, and have one. */
function checkEnvelope(status: number, { error }: { error?: Envelope }, text: string): string[] {
  const [first] = error?.errors ?? []
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  return [
    error?.code === status ? '' : `code is not ${status}`,
    isText(error?.message) ? '' : 'no message',
    isText(first?.domain) && isText(first?.reason) && isText(first?.message)
      ? ''
      : 'no error with its reason',
    text.startsWith(error?.status === undefined ? '{\n "error": {' : '{\n  "error": {') ? '' : 'indentation',
  ].filter(Boolean)
}

function checkFormat(value: string, format: string | undefined, place: string): string[] {
  const forms: Record<string, RegExp> = {
    date: /^\d{4}-\d{2}-\d{2}$/,
    'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?(Z|[+-]\d{2}:\d{2})$/,
    int64: /^-?\d+$/,
  }
  const form = format === undefined ? undefined : forms[format]
  return !form || form.test(value) ? [] : [`${place} is no ${format}: ${value}`]
}
