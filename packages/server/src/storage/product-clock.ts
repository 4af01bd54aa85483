import type { ClockSetting, Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type ClockRow = { frozen_at: Temporal.Instant | null; offset_ms: bigint; version: bigint }

type ClockOperations = Pick<Reader & Transaction, 'clockSetting' | 'lockClock' | 'storeClock'>

export function clockOperations(database: Queryable): ClockOperations {
  return {
    async clockSetting() {
      const { rows } = await database.query<ClockRow>('select frozen_at, offset_ms, version from product_clock')
      return rows[0] && settingOf(rows[0])
    },

    async lockClock() {
      // the row is there before it is locked: within one statement the snapshot would miss a concurrent insert
      await database.query(
        'insert into product_clock (id, frozen_at, offset_ms, version) values (1, null, 0, 0) on conflict do nothing',
      )
      const { rows } = await database.query<ClockRow>(
        'select frozen_at, offset_ms, version from product_clock for update',
      )
      if (rows[0] === undefined) throw new Error('the clock has no row')
      return settingOf(rows[0])
    },

    async storeClock(setting) {
      await database.query('update product_clock set frozen_at = $1, offset_ms = $2, version = $3', [
        setting.frozenAt?.toString() ?? null,
        setting.offsetMs,
        setting.version,
      ])
    },
  }
}

function settingOf(row: ClockRow): ClockSetting {
  return { frozenAt: row.frozen_at, offsetMs: row.offset_ms, version: row.version }
}
