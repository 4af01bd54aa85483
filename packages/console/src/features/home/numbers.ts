const COUNT = new Intl.NumberFormat('en-GB')

/** `12,500` */
export function countText(count: number): string {
  return COUNT.format(count)
}

/** As many decimals as say something: `0.25`, `3.4`, `512`. */
export function rateText(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 100) return countText(Math.round(perSecond))
  return perSecond.toFixed(perSecond < 10 ? 2 : 1).replace(/\.?0+$/, '')
}
