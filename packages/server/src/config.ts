/**
 * Configuration: environment and an optional JSON file, read once against one table of settings.
 * The environment wins over the file, the file over the default. Whatever is wrong stops the start with the setting's
 * name, the problem and the allowed form; a setting that does not exist is refused too, as it is a typing error.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { findUnusableAddress } from './http/ip-allow-list.ts'

export type Config = {
  readonly mode: 'sandbox' | 'live'
  readonly port: number
  readonly host: string
  /** absolute path */
  readonly dataFolder: string
  /** undefined: the embedded PostgreSQL */
  readonly databaseUrl: string | undefined
  readonly databaseConnections: number
  /** the key-encrypting key, 64 hexadecimal digits; undefined: from `keyFile` */
  readonly key: string | undefined
  /** absolute path; undefined in sandbox: a file in the data folder, made at first start */
  readonly keyFile: string | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
  /** addresses and CIDR ranges of proxies whose X-Forwarded-For is believed */
  readonly trustedProxies: readonly string[]
  /** whether webhooks may go to this machine itself; sandbox only */
  readonly webhookLoopback: 'allow' | 'refuse'
  /** how far the clocks of KeySecure merchants may be ahead of ours */
  readonly keysecureClockAheadMs: number
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(['The configuration is not usable:', ...problems.map(problem => `  ${problem}`)].join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

type Setting<T> = {
  readonly env: string
  readonly about: string
  /** the allowed form, as the error message says it */
  readonly form: string
  readonly fallback: string | undefined
  readonly secret?: true
  /** @returns undefined when the text has not the allowed form */
  readonly parse: (text: string) => T | undefined
}

type Settings = { readonly [Name in keyof Config]: Setting<NonNullable<Config[Name]>> }

export const SETTINGS: Settings = {
  mode: {
    env: 'OPENISSUER_MODE',
    about: 'sandbox: test cards, demo partner, simulations; live: nothing is made up',
    form: 'sandbox or live',
    fallback: 'sandbox',
    parse: oneOf(['sandbox', 'live']),
  },
  port: {
    env: 'PORT',
    about: 'TCP port; 0 takes any free one',
    form: 'a whole number from 0 to 65535',
    fallback: '8080',
    parse: wholeNumber(0, 65_535),
  },
  host: {
    env: 'HOST',
    about: 'address to listen on; 0.0.0.0 for all',
    form: 'an IP address or a host name',
    fallback: '127.0.0.1',
    parse: text => (/^[A-Za-z0-9.:_-]+$/.test(text) ? text : undefined),
  },
  dataFolder: {
    env: 'OPENISSUER_DATA',
    about: 'folder of the embedded database, keys and sandbox credentials',
    form: 'a path',
    fallback: './data',
    parse: path,
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    about: 'a PostgreSQL to use instead of the embedded one',
    form: 'postgres://user:password@host:port/database',
    fallback: undefined,
    secret: true,
    // with the socket folder as ?host=, the place of the host name may stay empty
    parse: text =>
      /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace('@/', '@socket/')) ? text : undefined,
  },
  databaseConnections: {
    env: 'OPENISSUER_DATABASE_CONNECTIONS',
    about: 'most database connections of this process',
    form: 'a whole number from 14 to 500',
    fallback: '20',
    parse: wholeNumber(14, 500),
  },
  key: {
    env: 'OPENISSUER_KEY',
    about: 'key-encrypting key that wraps the data keys of the vault',
    form: '64 hexadecimal digits (32 bytes)',
    fallback: undefined,
    secret: true,
    parse: text => (/^[0-9a-fA-F]{64}$/.test(text) ? text.toLowerCase() : undefined),
  },
  keyFile: {
    env: 'OPENISSUER_KEY_FILE',
    about: 'file that holds the key-encrypting key as 64 hexadecimal digits',
    form: 'a path; in live mode outside the data folder',
    fallback: undefined,
    parse: path,
  },
  logLevel: {
    env: 'OPENISSUER_LOG_LEVEL',
    about: 'how much is logged to standard error',
    form: LOG_LEVELS.join(', '),
    fallback: 'info',
    parse: oneOf(LOG_LEVELS),
  },
  trustedProxies: {
    env: 'OPENISSUER_TRUSTED_PROXIES',
    about: 'proxies whose X-Forwarded-For is believed',
    form: 'IP addresses or CIDR ranges, separated by commas',
    fallback: '',
    parse: text => {
      const entries = text
        .split(',')
        .map(entry => entry.trim())
        .filter(entry => entry !== '')
      return findUnusableAddress(entries) === undefined ? entries : undefined
    },
  },
  webhookLoopback: {
    env: 'OPENISSUER_WEBHOOK_LOOPBACK',
    about: 'whether webhooks may go to this machine itself: for receivers on a laptop, sandbox only',
    form: 'allow or refuse; in live mode refuse',
    // allow in sandbox, refuse in live
    fallback: undefined,
    parse: oneOf(['allow', 'refuse']),
  },
  keysecureClockAheadMs: {
    env: 'OPENISSUER_KEYSECURE_CLOCK_AHEAD_MS',
    about: 'how far in the future the Timestamp of a KeySecure call may be',
    form: 'milliseconds, a whole number from 0 to 60000',
    fallback: '0',
    parse: wholeNumber(0, 60_000),
  },
}

export const CONFIG_FILE = { env: 'OPENISSUER_CONFIG', fallback: './openissuer.json' }

/** What the command line reads for its calls to a server; the server itself has no use for them. */
export const CLIENT_VARIABLES = { url: 'OPENISSUER_URL', operatorKey: 'OPENISSUER_OPERATOR_KEY' }

const NAMES = Object.keys(SETTINGS) as (keyof Config)[]

/**
 * @param env the process environment; variables of others are ignored, an unknown OPENISSUER_* is refused
 * @throws ConfigError with every problem at once
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = []
  const file = readConfigFile(env, problems)
  const known = new Set([CONFIG_FILE.env, ...Object.values(CLIENT_VARIABLES), ...NAMES.map(name => SETTINGS[name].env)])
  for (const name of Object.keys(env)) {
    if (name.startsWith('OPENISSUER_') && !known.has(name)) problems.push(`${name}: there is no such setting`)
  }
  const values = Object.fromEntries(NAMES.map(name => [name, valueOf(name, env, file, problems)])) as Config
  const config: Config = { ...values, webhookLoopback: values.webhookLoopback ?? LOOPBACK_OF[values.mode] }
  if (problems.length === 0 && config.mode === 'live') problems.push(...problemsOfLiveMode(config))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function valueOf(
  name: keyof Config,
  env: NodeJS.ProcessEnv,
  file: ReadonlyMap<string, string>,
  problems: string[],
): Config[keyof Config] {
  const setting = SETTINGS[name]
  const fromEnv = env[setting.env]
  const text = (fromEnv === '' ? undefined : fromEnv) ?? file.get(name) ?? setting.fallback
  if (text === undefined) return undefined
  const value = setting.parse(text)
  if (value === undefined) {
    const shown = setting.secret ? 'the value (not shown)' : JSON.stringify(text)
    problems.push(`${setting.env}: ${shown} is not ${setting.form}`)
  }
  return value
}

/** Settings of the JSON file by name, as text; a missing default file is an empty one. */
function readConfigFile(env: NodeJS.ProcessEnv, problems: string[]): ReadonlyMap<string, string> {
  const named = env[CONFIG_FILE.env]
  const file = named === undefined || named === '' ? CONFIG_FILE.fallback : named
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!missing || file === named)
      problems.push(`${CONFIG_FILE.env}: ${file} cannot be read as JSON: ${(error as Error).message}`)
    return new Map()
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    problems.push(`${file}: is not a JSON object of settings`)
    return new Map()
  }
  const settings = new Map<string, string>()
  for (const [name, value] of Object.entries(content)) {
    if (!Object.hasOwn(SETTINGS, name))
      problems.push(`${file}: ${name}: there is no such setting; known: ${NAMES.join(', ')}`)
    else if (Array.isArray(value)) settings.set(name, value.join(','))
    else if (typeof value === 'string' || typeof value === 'number') settings.set(name, String(value))
    else problems.push(`${file}: ${name}: is not ${SETTINGS[name as keyof Config].form}`)
  }
  return settings
}

const LOOPBACK_OF: Record<Config['mode'], Config['webhookLoopback']> = { sandbox: 'allow', live: 'refuse' }

function problemsOfLiveMode(config: Config): string[] {
  const loopback =
    config.webhookLoopback === 'allow'
      ? [`${SETTINGS.webhookLoopback.env}: live mode does not send webhooks to the machine itself`]
      : []
  return [...problemsOfLiveKey(config), ...loopback]
}

/** In live mode the key that opens everything must not lie beside what it protects. */
function problemsOfLiveKey(config: Config): string[] {
  if (config.key !== undefined) return []
  if (config.keyFile === undefined) {
    return [
      `${SETTINGS.key.env} or ${SETTINGS.keyFile.env}: live mode needs a key-encrypting key from outside the data folder`,
    ]
  }
  if (`${config.keyFile}/`.startsWith(`${config.dataFolder}/`)) {
    return [
      `${SETTINGS.keyFile.env}: ${JSON.stringify(config.keyFile)} lies in the data folder; live mode keeps them apart`,
    ]
  }
  return []
}

/** The configuration as `NAME = value` lines with their meaning; secrets are redacted. */
export function describeConfig(config: Config): string {
  const printable = printableConfig(config)
  return NAMES.flatMap(name => {
    const { env, about, form } = SETTINGS[name]
    const value = printable[name]
    return [`# ${about} (${form})`, `${env} = ${value === null ? '(not set)' : String(value) || '(none)'}`]
  }).join('\n')
}

/** Every setting by name, null where it is not set; secrets are redacted. */
export function printableConfig(config: Config): Record<keyof Config, string | number | readonly string[] | null> {
  const entries = NAMES.map(name => {
    const value = config[name]
    return [name, value === undefined ? null : SETTINGS[name].secret ? '(set, redacted)' : value]
  })
  return Object.fromEntries(entries) as ReturnType<typeof printableConfig>
}

/** The data folder alone, for programs that need nothing else and shall work beside a configuration that is not usable. */
export function dataFolderOf(env: NodeJS.ProcessEnv): string {
  return valueOf('dataFolder', env, readConfigFile(env, []), []) as string
}

function oneOf<T extends string>(allowed: readonly T[]): (text: string) => T | undefined {
  return text => allowed.find(value => value === text)
}

function wholeNumber(min: number, max: number): (text: string) => number | undefined {
  return text => (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined)
}

function path(text: string): string | undefined {
  return text.includes('\0') ? undefined : resolve(text)
}
