/**
 * The operating system account the embedded PostgreSQL runs under.
 * PostgreSQL refuses to run as root; started by root it therefore runs under an unprivileged account.
 */

import { execFile } from 'node:child_process'
import { lchown, readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ifMissing } from './durable-files.ts'

export type Account = { readonly uid: number; readonly gid: number }

/** Where the system's own tools are: our PATH may hold npm's node alone. */
export const SYSTEM_TOOLS = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } }

/** Tried in this order. The account must be in /etc/passwd: initdb looks its own name up there and fails without one. */
const UNPRIVILEGED = ['postgres', '_postgres', 'nobody', 'daemon']

/** Who this process is. */
export function ownAccount(): Account {
  if (process.getuid === undefined || process.getgid === undefined) {
    throw new Error(`no embedded PostgreSQL for ${process.platform}; set DATABASE_URL`)
  }
  return { uid: process.getuid(), gid: process.getgid() }
}

/**
 * Chooses the account for the server of a cluster: ourselves, or when we are root the owner of the cluster, or when
 * there is none yet (or root owns it) the first unprivileged account of this machine.
 *
 * @param clusterFolder may be missing
 * @throws Error when we are root and the machine has no unprivileged account
 */
export async function chooseAccount(clusterFolder: string): Promise<Account> {
  const own = ownAccount()
  if (own.uid !== 0) return own
  const cluster = await stat(clusterFolder).catch(ifMissing(undefined))
  if (cluster !== undefined && cluster.uid !== 0) return { uid: cluster.uid, gid: cluster.gid }
  const account = findUnprivileged(await readFile('/etc/passwd', 'utf8'))
  // A cluster that was restored from a backup as root.
  if (cluster !== undefined) {
    await promisify(execFile)('chown', ['-R', '-h', `${account.uid}:${account.gid}`, clusterFolder], SYSTEM_TOOLS)
  }
  return account
}

/**
 * Gives a file that root made in somebody else's data folder to the owner of that folder, so that the owner can start
 * the server without root again.
 */
export async function giveToOwnerOf(folder: string, file: string): Promise<void> {
  if (ownAccount().uid !== 0) return
  const owner = await stat(folder)
  await lchown(file, owner.uid, owner.gid)
}

function findUnprivileged(passwd: string): Account {
  const accounts = new Map(passwd.split('\n').map(line => [line.split(':')[0], line.split(':')]))
  for (const name of UNPRIVILEGED) {
    const [, , uid, gid] = accounts.get(name) ?? []
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    `PostgreSQL cannot run as root and this machine has none of the accounts ${UNPRIVILEGED.join(', ')}; ` +
      'start OpenIssuer as an ordinary user, or set DATABASE_URL',
  )
}
