/** Something that the user does: the call, the word of its success, its failure as a message, and what has to be read again. */
import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { failureOf } from './failure.ts'
import { notify } from './notify.ts'

export type Action<Input, Result> = {
  readonly call: (input: Input) => Promise<Result>
  /** told when it is done; nothing is said without it */
  readonly done?: (result: Result, input: Input) => string
  /** what is no longer true; a key stands for all that begin with it */
  readonly changes?: readonly QueryKey[]
  readonly onDone?: (result: Result, input: Input) => void
  /** its failure is shown by the caller */
  readonly quiet?: boolean
  /** its result holds a secret, and is kept no longer than the form that asked for it is there */
  readonly secret?: boolean
}

export function useAction<Input = void, Result = unknown>(
  action: Action<Input, Result>,
): UseMutationResult<Result, Error, Input> {
  const client = useQueryClient()
  return useMutation<Result, Error, Input>({
    mutationFn: action.call,
    ...(action.secret === true ? { gcTime: 0 } : {}),
    async onSuccess(result, input) {
      const message = action.done?.(result, input)
      if (message !== undefined) notify({ message, color: 'teal' })
      action.onDone?.(result, input)
      await Promise.all((action.changes ?? []).map(queryKey => client.invalidateQueries({ queryKey })))
    },
    onError(error) {
      if (action.quiet === true) return
      const { title, message } = failureOf(error)
      notify({ title, message, color: 'red', autoClose: 10_000 })
    },
  })
}
