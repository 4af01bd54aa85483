import { expect, test } from 'vitest'
import { hasEasyRun, hasPinForm } from './pin.ts'

test.each(['1234', '0000', '123456', '123456789012'])('%s is a PIN', text => {
  expect(hasPinForm(text)).toBe(true)
})

test.each(['', '123', '1234567890123', '12 34', '12a4', '-1234', '１２３４', '1234\n'])('%j is none', text => {
  expect(hasPinForm(text)).toBe(false)
})

test('whoever takes six digits only says so', () => {
  const six = { min: 6, max: 6 }
  expect(['12345', '123456', '1234567'].map(text => hasPinForm(text, six))).toEqual([false, true, false])
})

test.each(['111111', '123456', '280001', '987026', '321608', '703456', '000280'])('%s has an easy run', pin => {
  expect(hasEasyRun(pin)).toBe(true)
})

test.each(['280519', '112233', '909090', '135790', '127980'])('%s has none', pin => {
  expect(hasEasyRun(pin)).toBe(false)
})

test('a run does not go on from nine to zero', () => {
  expect(hasEasyRun('289013')).toBe(false)
})
