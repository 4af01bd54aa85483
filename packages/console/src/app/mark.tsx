import classes from './mark.module.css'

/** The product's sign and name. */
export function Mark() {
  return (
    <span className={classes.mark}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0b7285" />
        <rect x="6" y="9" width="20" height="14" rx="3" fill="none" stroke="#fff" strokeWidth="2.4" />
        <path d="M6 14h20" stroke="#fff" strokeWidth="2.4" />
        <circle cx="21.5" cy="19" r="1.6" fill="#fff" />
      </svg>
      OpenIssuer
    </span>
  )
}
