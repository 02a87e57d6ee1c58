import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noteUnless, readReference } from '../support/reference.ts'
import { CASES } from './cases.ts'
import { POINTS } from './points.ts'

const UNIT = join(import.meta.dirname, '../unit/testing/fake-google')
const shown = new Set(CASES.flatMap(({ points = [] }) => points))

describe('every requirement of the fake has a case of conformance, or a reason why not', () => {
  it.each(Object.entries(POINTS))('§17.%s', (name, { because, shownBy }) => {
    expect(shown.has(name), because ? `${name} has a case, and a reason not to` : `${name} has no case`).toBe(
      because === undefined,
    )
    if (shownBy !== undefined) expect(existsSync(join(UNIT, shownBy)), shownBy).toBe(true)
    expect(because === undefined).toBe(shownBy === undefined)
  })

  it('and no case cites a point that is not there', () => {
    expect([...shown].filter(name => !(name in POINTS))).toEqual([])
  })
})

const FACTS = 'google-facts.md'
const facts = readReference(FACTS)

describe.skipIf(!facts)(`the facts${noteUnless(facts, FACTS)}`, () => {
  const text = facts ?? ''

  it('number the points that the list has', () => {
    const [, section = ''] = /^## 17\..*?\n(.*?)^---/ms.exec(text) ?? []
    const numbers = [...section.matchAll(/^(\d+)\. /gm)].map(([, number]) => number)
    expect([...new Set(Object.keys(POINTS).map(name => name.split('.')[0]))]).toEqual(numbers)
  })

  it.each(CASES.map(({ section }) => section))('have a §%s to cite', section => {
    expect(text).toMatch(new RegExp(`^#{2,3} ${section.replace('.', '\\.')}\\.? `, 'm'))
  })
})
