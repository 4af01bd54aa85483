/**
 * Every code and enumeration value that the KeySecure wire knows, in one place.
 *
 * Each text says where it comes from: `seed`: the vendor's Card List page, which wins over all; `docs`: other pages of
 * the vendor's documentation; `proposed`: nothing was found and the text or number is ours. A proposed entry may be
 * corrected here without touching anything else. docs/keysecure.md shows the same table.
 */

import type { Purpose } from '@openissuer/core/authorization/authorization.ts'
import type { CardForm, CardNetwork, CardStatus } from '@openissuer/core/card/card.ts'
import { type Cardholder, isAskedAgain, type Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { FeeKind } from '@openissuer/core/fee/charge.ts'
import type { TransferDirection } from '@openissuer/core/ledger/cardholder-transfer.ts'

export type Provenance = 'seed' | 'docs' | 'proposed'

export type Language = 'en_US' | 'zh_CN'

type Text = readonly [text: string, from: Provenance]

type StatusEntry = {
  readonly en_US: Text
  readonly zh_CN: Text
  /** what follows the name of a field, where it differs from the text that stands alone */
  readonly afterField?: { readonly en_US: Text; readonly zh_CN: Text }
}

export const STATUS_CODES = {
  0: { en_US: ['Success', 'seed'], zh_CN: ['成功', 'proposed'] },

  1001: { en_US: ['System error, please try again later', 'docs'], zh_CN: ['系统错误，请稍后重试', 'proposed'] },
  1002: { en_US: ['Api-Key is required', 'docs'], zh_CN: ['Api-Key 不能为空', 'proposed'] },
  1003: { en_US: ['IP address not allowed', 'docs'], zh_CN: ['IP 地址不正确', 'docs'] },
  1004: {
    en_US: ['Invalid request parameter', 'docs'],
    zh_CN: ['请求参数错误', 'proposed'],
    afterField: { en_US: ['invalid parameter', 'docs'], zh_CN: ['参数错误', 'proposed'] },
  },
  1005: { en_US: ['Timestamp invalid or expired', 'docs'], zh_CN: ['时间戳已失效', 'docs'] },
  1006: { en_US: ['Access-Token is required', 'docs'], zh_CN: ['Access-Token 不能为空', 'proposed'] },
  1007: { en_US: ['Access-Token invalid or expired', 'docs'], zh_CN: ['Access-Token 无效或已过期', 'proposed'] },
  1008: { en_US: ['Api-Key does not exist', 'docs'], zh_CN: ['Api-Key 不存在', 'proposed'] },
  1009: {
    en_US: ['Operation too frequent, please try again later', 'docs'],
    zh_CN: ['操作过于频繁，请稍后重试', 'proposed'],
  },
  1010: { en_US: ['Api-Key is not enabled', 'docs'], zh_CN: ['Api-Key 未启用', 'proposed'] },
  1011: { en_US: ['Api-Key has expired', 'docs'], zh_CN: ['Api-Key 已过期', 'proposed'] },
  1012: { en_US: ['Merchant integration mode not supported', 'docs'], zh_CN: ['商户接入模式不支持', 'proposed'] },
  1013: {
    en_US: ['PCI sensitive card display is not enabled', 'docs'],
    zh_CN: ['未开通 PCI 敏感卡信息展示', 'proposed'],
  },
  1014: {
    en_US: ['Client-Access-Token invalid or already used', 'docs'],
    zh_CN: ['Client-Access-Token 无效或已使用', 'proposed'],
  },
  1015: { en_US: ['Parent page Origin not in whitelist', 'docs'], zh_CN: ['父页面 Origin 不在白名单', 'proposed'] },
  1016: {
    en_US: ['Request Origin does not match hosted configuration', 'docs'],
    zh_CN: ['请求 Origin 与托管配置不一致', 'proposed'],
  },
  1017: { en_US: ['Request replay or nonce already used', 'docs'], zh_CN: ['请求重放或 nonce 已使用', 'proposed'] },
  1018: { en_US: ['Sec-Fetch validation failed', 'docs'], zh_CN: ['Sec-Fetch 校验失败', 'proposed'] },
  1019: {
    en_US: ['Query end time must be after start time', 'docs'],
    zh_CN: ['查询结束时间须晚于开始时间', 'proposed'],
  },
  1020: { en_US: ['Query time range exceeds the allowed limit', 'docs'], zh_CN: ['查询时间范围超出限制', 'proposed'] },
  1021: { en_US: ['Merchant does not exist', 'docs'], zh_CN: ['商户不存在', 'proposed'] },
  1022: {
    en_US: ['Merchant status is abnormal, please contact administrator', 'docs'],
    zh_CN: ['商户状态异常，请联系管理员', 'proposed'],
  },

  2001: { en_US: ['Cardholder already exists', 'docs'], zh_CN: ['持卡人已存在', 'proposed'] },
  2002: { en_US: ['Cardholder does not exist', 'docs'], zh_CN: ['持卡人不存在', 'proposed'] },
  2003: { en_US: ['Cardholder already verified', 'docs'], zh_CN: ['持卡人已认证', 'proposed'] },
  2004: { en_US: ['Cardholder has a pending verification', 'docs'], zh_CN: ['持卡人存在待处理的认证', 'proposed'] },
  2005: { en_US: ['Cardholder verification failed', 'docs'], zh_CN: ['持卡人认证失败', 'proposed'] },
  2006: {
    en_US: ['Failed to retrieve cardholder KYC information', 'docs'],
    zh_CN: ['获取持卡人 KYC 信息失败', 'proposed'],
  },
  // The numbers 2007 to 2010 and 4010 are in the docs, as codes whose text begins with a field; 2007's text is cut there.
  2007: {
    en_US: ['Please use English letters, numbers, spaces, or common address symbols', 'proposed'],
    zh_CN: ['请使用英文字母、数字、空格或常用地址符号', 'proposed'],
  },
  2008: { en_US: ['only supports English input', 'proposed'], zh_CN: ['仅支持英文输入', 'proposed'] },
  2009: { en_US: ['invalid parameter', 'proposed'], zh_CN: ['参数错误', 'proposed'] },
  2010: { en_US: ['invalid parameter', 'proposed'], zh_CN: ['参数错误', 'proposed'] },

  3001: { en_US: ['Account does not exist', 'proposed'], zh_CN: ['账户不存在', 'proposed'] },
  3002: { en_US: ['Insufficient account balance', 'proposed'], zh_CN: ['账户余额不足', 'proposed'] },
  3003: { en_US: ['Transfer order number already exists', 'proposed'], zh_CN: ['划转订单号已存在', 'proposed'] },
  3004: { en_US: ['Insufficient reserve balance', 'proposed'], zh_CN: ['备付金余额不足', 'proposed'] },
  3005: { en_US: ['balance invalid parameter', 'proposed'], zh_CN: ['balance 参数错误', 'proposed'] },

  4001: { en_US: ['Card does not exist', 'proposed'], zh_CN: ['卡片不存在', 'proposed'] },
  4002: { en_US: ['Card unique number already exists', 'proposed'], zh_CN: ['卡片唯一编号已存在', 'proposed'] },
  4003: { en_US: ['Card package does not exist', 'proposed'], zh_CN: ['卡套餐不存在', 'proposed'] },
  4004: { en_US: ['Card BIN does not exist', 'proposed'], zh_CN: ['卡 BIN 不存在', 'proposed'] },
  // 4005, 4016 and 4017 are in the docs by number and meaning, without their texts.
  4005: { en_US: ['Card status is abnormal', 'proposed'], zh_CN: ['卡片状态异常', 'proposed'] },
  4006: { en_US: ['Card does not belong to cardholder', 'proposed'], zh_CN: ['卡片不属于该持卡人', 'proposed'] },
  4007: { en_US: ['Card last digits do not match', 'proposed'], zh_CN: ['卡号后四位不匹配', 'proposed'] },
  4008: { en_US: ['CVV verification failed', 'proposed'], zh_CN: ['CVV 校验失败', 'proposed'] },
  4009: { en_US: ['Consumption record does not exist', 'proposed'], zh_CN: ['消费记录不存在', 'proposed'] },
  4010: { en_US: ['invalid parameter', 'proposed'], zh_CN: ['参数错误', 'proposed'] },
  4011: { en_US: ['Card type not supported', 'proposed'], zh_CN: ['不支持的卡类型', 'proposed'] },
  4016: { en_US: ['PIN format is invalid', 'proposed'], zh_CN: ['PIN 格式错误', 'proposed'] },
  4017: { en_US: ['Only physical cards are supported', 'proposed'], zh_CN: ['仅支持实体卡', 'proposed'] },
} as const satisfies Readonly<Record<number, StatusEntry>>

export type StatusCode = keyof typeof STATUS_CODES

/** Every code but 0, which is success. */
export type FailureCode = Exclude<StatusCode, 0>

/** The text of a code; `field` is its snake_case name on the wire, dotted when nested, and always stands first. */
export function statusText(code: StatusCode, language: Language, field?: string): string {
  const entry: StatusEntry = STATUS_CODES[code]
  if (field === undefined) return entry[language][0]
  return `${field} ${(entry.afterField ?? entry)[language][0]}`
}

/** docs: any other value, and none, means English. */
export function languageNamed(header: string | undefined): Language {
  return header === 'zh_CN' ? 'zh_CN' : 'en_US'
}

/** docs */
export const COMMON_STATUSES = ['Pending', 'Success', 'Fail'] as const

/** docs */
export const CONSUMPTION_TYPES = ['Open_card', 'Consumption', 'Atm', 'Manage_fee', 'Reversal', 'Refund'] as const

/** proposed */
export const TYPE_OF_PURPOSE = {
  purchase: 'Consumption',
  cash: 'Atm',
  refund: 'Refund',
  verification: 'Consumption',
  'balance-inquiry': 'Consumption',
} as const satisfies Readonly<Record<Purpose, (typeof CONSUMPTION_TYPES)[number]>>

/** docs */
export const FEE_TYPES = [
  'Consume_fee',
  'Apple_auth_fee',
  'Auth_fee',
  'Atm_fee',
  'Exchange_fee',
  'Decline_fee',
  'Small_fee',
  'Refund_fee',
  'Cancel_fee',
] as const

/** proposed; a card's price and its management fee are consumptions of their own. */
export const FEE_TYPE_OF = {
  purchase: 'Consume_fee',
  'cross-border': 'Exchange_fee',
  'small-purchase': 'Small_fee',
  cash: 'Atm_fee',
  refund: 'Refund_fee',
  cancel: 'Cancel_fee',
  decline: 'Decline_fee',
  verification: 'Apple_auth_fee',
} as const satisfies Readonly<Record<Exclude<FeeKind, 'issue' | 'management'>, (typeof FEE_TYPES)[number]>>

/** docs */
export const TRANSFER_TYPES = ['In', 'Out'] as const

export const TRANSFER_TYPE_OF = { in: 'In', out: 'Out' } as const satisfies Record<TransferDirection, string>

/** Case does not matter (docs, inferred). @returns undefined for any other text */
export function directionOf(type: string): TransferDirection | undefined {
  const written = type.toLowerCase()
  return written === 'in' || written === 'out' ? written : undefined
}

/** docs (`Virtual` also seed); case-sensitive. */
export const CARD_TYPES = ['Virtual', 'Physical'] as const

export type CardType = (typeof CARD_TYPES)[number]

export const FORM_OF: Readonly<Record<CardType, CardForm>> = { Virtual: 'virtual', Physical: 'physical' }

export const CARD_TYPE_OF: Readonly<Record<CardForm, CardType>> = { virtual: 'Virtual', physical: 'Physical' }

/** docs (`Activated` also seed). A card that is being closed and a closed one are both cancelled to the merchant. */
export const CARD_STATUS_OF = {
  pending: 'Pending',
  'awaiting-activation': 'ToActivate',
  active: 'Activated',
  blocked: 'Frozen',
  lost: 'Frozen',
  closing: 'Delete',
  closed: 'Delete',
  failed: 'Fail',
} as const satisfies Record<CardStatus, string>

export type CardWireStatus = (typeof CARD_STATUS_OF)[CardStatus]

export const CARD_WIRE_STATUSES: readonly CardWireStatus[] = [...new Set(Object.values(CARD_STATUS_OF))]

/** docs: what a merchant may set a card to. */
export const TARGET_STATUSES = ['Activated', 'Frozen', 'Delete'] as const

type StatusStep = 'none' | 'block' | 'unblock' | 'close'

/** proposed; a status that is not named accepts nothing. */
const STATUS_STEPS: Partial<Record<CardWireStatus, Partial<Record<(typeof TARGET_STATUSES)[number], StatusStep>>>> = {
  ToActivate: { Delete: 'close' },
  Activated: { Activated: 'none', Frozen: 'block', Delete: 'close' },
  Frozen: { Activated: 'unblock', Frozen: 'none', Delete: 'close' },
  Delete: { Delete: 'none' },
}

/** @returns undefined where the status does not allow it */
export function statusStepOf(status: CardWireStatus, target: (typeof TARGET_STATUSES)[number]): StatusStep | undefined {
  return STATUS_STEPS[status]?.[target]
}

/** proposed: what counts as an issued card. */
export const ISSUED_STATUSES: readonly CardWireStatus[] = ['ToActivate', 'Activated', 'Frozen']

/** proposed: the docs name the networks in prose only. */
export const ORGANIZATION_OF = {
  visa: 'Visa',
  mastercard: 'MasterCard',
  unionpay: 'UnionPay',
  discover: 'Discover',
} as const satisfies Record<CardNetwork, string>

/** docs */
export const CARDHOLDER_STATUSES = ['Pending', 'In_progress', 'Approved', 'Rejected'] as const

const CARDHOLDER_STATUS_OF = {
  'documents-needed': 'Pending',
  'in-review': 'In_progress',
  approved: 'Approved',
  rejected: 'Rejected',
} as const satisfies Record<Verification, string>

/** A cardholder of whom something else is asked may apply again, and that is what `Rejected` means here (docs). */
export function cardholderStatusOf(cardholder: Cardholder): (typeof CARDHOLDER_STATUSES)[number] {
  return isAskedAgain(cardholder) ? 'Rejected' : CARDHOLDER_STATUS_OF[cardholder.verification]
}
