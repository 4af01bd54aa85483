/**
 * Holds what a server answers against the OpenAPI documents that the code makes. Schemas are read strictly here: an answer may
 * not have a member that is not described.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { OpenApiDocument } from '../../packages/server/src/http/openapi.ts'
import { references } from '../../packages/server/src/references.ts'

const documents = await references()

export type Door = keyof typeof documents

/** What is asked of a door and what it answers, bodies in clear and parsed. */
export type Exchange = {
  readonly method: string
  /** without query */
  readonly path: string
  readonly status: number
  readonly answer: unknown
}

const validators = new Map<string, ValidateFunction>()
const compilers = new Map<Door, InstanceType<typeof Ajv2020>>()

/** @returns what is wrong with an answer; empty when it is as described, and for a path that leads nowhere */
export function answerFaults(door: Door, { method, path, status, answer }: Exchange): string[] {
  const template = templateOf(door, path)
  const operation = template === undefined ? undefined : documents[door].paths[template]?.[method.toLowerCase()]
  if (template === undefined || operation === undefined) return []
  const response = operation.responses[String(status)]
  if (response === undefined) return [`${operation.operationId} is not described to answer with status ${status}`]
  const [mediaType] = Object.keys(response.content)
  if (mediaType !== 'application/json') return []
  const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', mediaType, 'schema']
  return faultsOf(door, pointer, answer)
}

/** @throws Error for an answer that is not as described */
export function assertDescribed(door: Door, exchange: Exchange): void {
  const faults = answerFaults(door, exchange)
  if (faults.length === 0) return
  const { method, path, status, answer } = exchange
  throw new Error(
    `${method} ${path} answered ${status} ${JSON.stringify(answer)}, not as described: ${faults.join('; ')}`,
  )
}

/** @returns what is wrong with a body, members that are null, empty or blank left out as the dialects do */
export function requestFaults(door: Door, method: string, path: string, body: unknown): string[] {
  const template = templateOf(door, path)
  if (template === undefined) return [`${path} is not described`]
  const pointer = ['paths', template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema']
  return faultsOf(door, pointer, withoutBlanks(body))
}

/** @returns what is wrong with something that was posted to a partner */
export function notificationFaults(door: Door, name: string, body: unknown): string[] {
  return faultsOf(door, ['webhooks', name, 'post', 'requestBody', 'content', 'application/json', 'schema'], body)
}

function faultsOf(door: Door, pointer: readonly string[], value: unknown): string[] {
  const path = pointer.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
  const key = `${door}#/${path}`
  const validate = validators.get(key) ?? compilerOf(door).compile({ $ref: key })
  validators.set(key, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  )
}

function compilerOf(door: Door): InstanceType<typeof Ajv2020> {
  const known = compilers.get(door)
  if (known !== undefined) return known
  const ajv = new Ajv2020({ strict: false, validateFormats: true })
  formats.default(ajv)
  ajv.addSchema(closed(documents[door]) as object, door)
  compilers.set(door, ajv)
  return ajv
}

/** The document with the objects of answers and notifications closed; requests stay open, as unknown members are ignored there. */
function closed({ paths, webhooks = {}, ...document }: OpenApiDocument): unknown {
  const close = (value: unknown, within: string, open: string): unknown => {
    if (Array.isArray(value)) return value.map(each => close(each, within, open))
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value)
      .filter(([name]) => within === 'properties' || (name !== 'example' && name !== 'examples'))
      .map(([name, member]) => [name, name === open ? member : close(member, name, open)])
    const copy = Object.fromEntries(members) as Record<string, unknown>
    const isObject = copy['type'] === 'object' && 'properties' in copy && within !== 'properties'
    return isObject ? { additionalProperties: false, ...copy } : copy
  }
  return {
    ...(close(document, '', '') as object),
    paths: close(paths, '', 'requestBody'),
    webhooks: close(webhooks, '', 'responses'),
  }
}

function templateOf(door: Door, path: string): string | undefined {
  const paths = Object.keys(documents[door].paths)
  if (paths.includes(path)) return path
  return paths.find(template => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
}

function withoutBlanks(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const kept = Object.entries(value).filter(
    ([, member]) => member !== null && !(typeof member === 'string' && member.trim() === ''),
  )
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutBlanks(member)]))
}
