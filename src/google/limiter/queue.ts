export interface Place<T> {
  readonly value: T
  before: Place<T> | undefined
  after: Place<T> | undefined
}

/**
 * First in, first out, and out of the middle in O(1). (A Set would do, but finding its first entry takes time in
 * proportion to those deleted before it.)
 */
export class Queue<T> {
  #first: Place<T> | undefined
  #last: Place<T> | undefined

  get first(): T | undefined {
    return this.#first?.value
  }

  add(value: T): Place<T> {
    const place: Place<T> = { value, before: this.#last, after: undefined }
    if (this.#last === undefined) this.#first = place
    else this.#last.after = place
    this.#last = place
    return place
  }

  /** `place` has to be in this queue. */
  remove(place: Place<T>): void {
    const { before, after } = place
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    place.before = undefined
    place.after = undefined
  }

  *[Symbol.iterator](): Generator<T> {
    for (let place = this.#first; place !== undefined; ) {
      const { value, after } = place
      yield value
      place = after
    }
  }
}
