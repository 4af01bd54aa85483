/** Where physical cards are sent. Fields and lengths (docs), the forms of mobile and e-mail (proposed). */
import type { DeliveryAddress } from '@openissuer/core/contact/delivery-address.ts'
import { Type } from 'typebox'
import { createDeliveryAddress } from '../../app/create-delivery-address.ts'
import { ADDRESS_KEYS, IdNumber, TimeText } from './answers.ts'
import { changingCall, readingCall } from './call.ts'
import { ADDRESS_FIELDS, addressOf, encodeAddress } from './cardholders.ts'
import { formatDateTime } from './dates.ts'
import { email, Id, text } from './fields.ts'
import { idNumber } from './ids.ts'
import { LIST_FIELDS, windowOf } from './pagination.ts'

export const CREATE_DELIVERY_ADDRESS = changingCall(
  {
    path: '/issuing/card/create-delivery-address',
    summary: 'Create a delivery address',
    data: Type.Object({ delivery_address_id: IdNumber }),
    errors: [],
    bizData: Type.Object({
      first_name: text(64),
      last_name: text(64),
      mobile: Type.String({ pattern: '^\\+?[0-9]{5,20}$' }),
      email: email(128),
      ...ADDRESS_FIELDS,
    }),
  },
  (work, app, bizData) =>
    createDeliveryAddress(work, {
      partnerId: app.partnerId,
      firstName: bizData.first_name,
      lastName: bizData.last_name,
      mobile: bizData.mobile,
      email: bizData.email,
      address: addressOf(bizData),
    }),
  created => ({ delivery_address_id: idNumber(created.deliveryAddressId) }),
)

/** As with contacts, no range is too wide. */
export const QUERY_DELIVERY_ADDRESSES = readingCall(
  {
    path: '/issuing/card/query-delivery-addresses',
    summary: 'Query delivery addresses',
    data: Type.Array(
      Type.Object({
        delivery_address_id: IdNumber,
        first_name: Type.String(),
        last_name: Type.String(),
        mobile: Type.String(),
        email: Type.String(),
        ...ADDRESS_KEYS,
        line2: Type.String(),
        create_time: TimeText,
      }),
    ),
    errors: [],
    bizData: Type.Object({ delivery_address_id: Type.Optional(Id), ...LIST_FIELDS }),
  },
  async (ports, app, bizData) => {
    const { rows, total } = await ports.storage.read.deliveryAddresses({
      ...windowOf(bizData, null),
      partnerId: app.partnerId,
      deliveryAddressId: bizData.delivery_address_id,
    })
    return { total, data: rows.map(encodeDeliveryAddress) }
  },
)

/** Keys up to `line` (docs), the others (proposed). An empty second line is empty text, as in the example (proposed). */
function encodeDeliveryAddress(to: DeliveryAddress) {
  const address = encodeAddress(to.address)
  return {
    delivery_address_id: idNumber(to.deliveryAddressId),
    first_name: to.firstName,
    last_name: to.lastName,
    mobile: to.mobile,
    email: to.email,
    ...address,
    line2: address.line2 ?? '',
    create_time: formatDateTime(to.createdAt),
  }
}
