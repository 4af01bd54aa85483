/** How a command ends other than well. */

/** The command line asks for something that cannot be meant; the message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A check found something wrong, and what it is has been printed already. */
export class FailedCheck extends Error {
  override readonly name = 'FailedCheck'
}
