/** Completion scripts, made from the commands themselves. */
import type { Command } from 'commander'
import { createProgram } from './run.ts'
import type { Terminal } from './terminal.ts'

type Word = { readonly word: string; readonly about: string }
/** What may follow the words of a path: `''` is the program itself, `db backup` a command. */
type Place = { readonly path: string; readonly words: readonly Word[] }

export async function completionScript(shell: 'bash' | 'zsh' | 'fish', terminal: Terminal): Promise<string> {
  const places = placesOf(await createProgram(terminal, 'all'))
  return SCRIPTS[shell](places)
}

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

function placesOf(command: Command, path = ''): Place[] {
  const commands = command.commands.map(inner => ({ word: inner.name(), about: inner.description() }))
  const help = { word: '--help', about: 'how it is called' }
  const options = command.options
    .filter(option => option.long !== undefined && option.long !== '--version')
    .map(option => ({ word: option.long ?? '', about: option.description }))
  return [
    { path, words: [...commands, ...options, help] },
    ...command.commands.flatMap(inner => placesOf(inner, `${path} ${inner.name()}`.trim())),
  ]
}

/** What was typed is cut from its end until it is a command; without one it is the program itself. */
const CUT = `if [[ $place == *' '* ]]; then place=\${place% *}; else place=''; fi`

function bashScript(places: readonly Place[]): string {
  return `# bash completion of openissuer
_openissuer() {
  local current=\${COMP_WORDS[COMP_CWORD]} place='' word offered
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || place="\${place:+$place }$word"
  done
  while :; do
    case $place in
${places.map(({ path, words }) => `      '${path}') offered='${words.map(({ word }) => word).join(' ')}'; break ;;`).join('\n')}
    esac
    ${CUT}
  done
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _openissuer openissuer
`
}

function zshScript(places: readonly Place[]): string {
  const described = ({ word, about }: Word) => `'${quoted(word.replaceAll(':', '\\:'))}:${quoted(about)}'`
  return `#compdef openissuer
_openissuer() {
  local place='' word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] || place="\${place:+$place }$word"
  done
  while :; do
    case $place in
${places.map(({ path, words }) => `      '${path}') offered=(${words.map(described).join(' ')}); break ;;`).join('\n')}
    esac
    ${CUT}
  done
  _describe 'openissuer' offered || _files
}
compdef _openissuer openissuer
`
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words }) =>
    words.map(({ word, about }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
      return `complete -c openissuer -n '__openissuer_at "${path}"' ${what} -d '${quoted(about)}'`
    }),
  )
  return `# fish completion of openissuer
function __openissuer_at
  set -l path (string match -v -- '-*' (commandline -opc)[2..])
  set -l wanted (string split -n ' ' -- $argv[1])
  test (count $path) -ge (count $wanted); or return 1
  if test (count $wanted) -gt 0
    test "$path[1..(count $wanted)]" = "$argv[1]"; or return 1
  else
    test (count $path) -eq 0; or return 1
  end
end
${lines.join('\n')}
`
}

function quoted(text: string): string {
  return text.replaceAll("'", "'\\''")
}
