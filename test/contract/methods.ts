/**
 * Every method of a client, held against a running server. A table of contracts has to name them all: for the compiler by
 * its type, and when it runs by what the client has and what was called.
 */
import { expect, test } from 'vitest'

/** `cards.apply`, and `isReady` for what is on the client itself. */
export type MethodsOf<C> = {
  [K in keyof C & string]: C[K] extends (...args: never[]) => unknown ? K : `${K}.${keyof C[K] & string}`
}[keyof C & string]

export type Contracts<C, W> = Readonly<Record<MethodsOf<C>, (client: C, world: W) => Promise<unknown>>>

/** @param world ready when the tests run */
export function holdContracts<C extends object, W>(
  name: string,
  contracts: Contracts<C, W>,
  world: () => { readonly client: C; readonly world: W },
): void {
  const table = Object.entries(contracts) as [MethodsOf<C>, Contracts<C, W>[MethodsOf<C>]][]

  test(`every method of the ${name} has a contract`, () => {
    expect(table.map(([method]) => method).toSorted()).toEqual(methodsOf(world().client).toSorted())
  })

  test.each(table)(`${name}: %s`, async (method, contract) => {
    const { client, world: given } = world()
    const called = new Set<string>()
    await contract(recording(client, '', called), given)
    expect([...called]).toContain(method)
  })
}

/** In the form of a table's keys. */
export function methodsOf(client: object): string[] {
  const nouns = Object.entries(client).flatMap(([noun, resource]) =>
    ownMethods(resource as object).map(method => `${noun}.${method}`),
  )
  return [...ownMethods(client), ...nouns]
}

function ownMethods(instance: object): string[] {
  const prototype = Object.getPrototypeOf(instance) as object
  return Object.getOwnPropertyNames(prototype).filter(
    name => name !== 'constructor' && typeof Reflect.get(prototype, name, instance) === 'function',
  )
}

/** The same client, which notes what is called of it. */
function recording<T extends object>(target: T, prefix: string, called: Set<string>): T {
  return new Proxy(target, {
    get: (_target, property) => {
      const value: unknown = Reflect.get(target, property)
      const name = `${prefix}${String(property)}`
      if (typeof value === 'function') {
        return (...args: unknown[]): unknown => {
          called.add(name)
          return Reflect.apply(value, target, args)
        }
      }
      return typeof value === 'object' && value !== null ? recording(value, `${name}.`, called) : value
    },
  })
}
