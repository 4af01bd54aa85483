/** The names of all members that schemas describe, at any depth: what a door knows of what its clients say. */
export function fieldNamesOf(schemas: readonly unknown[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const schema of schemas) collect(schema, names)
  return names
}

function collect(schema: unknown, names: Set<string>): void {
  if (Array.isArray(schema)) for (const each of schema) collect(each, names)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties' && typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value)) names.add(name)
      collect(Object.values(value), names)
    } else if (typeof value === 'object') collect(value, names)
  }
}
