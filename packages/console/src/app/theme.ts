import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** The colour of what can be acted on. Each shade from 6 on has a contrast of at least 4.5 : 1 on white. */
const petrol: MantineColorsTuple = [
  '#e6f6f8',
  '#cfe9ed',
  '#a1d3da',
  '#6fbcc7',
  '#48a9b7',
  '#2f9dad',
  '#0b7285',
  '#096375',
  '#075464',
  '#044453',
]

/** Text, lines and surfaces on dark, tinted as the variables of global.css are. */
const dark: MantineColorsTuple = [
  '#d5dcdf',
  '#b9c4c9',
  '#9aa7ad',
  '#6d7a81',
  '#2e363b',
  '#252c30',
  '#1b2124',
  '#15191c',
  '#111518',
  '#0e1113',
]

export const theme = createTheme({
  primaryColor: 'petrol',
  // in the dark too: what is written on it is white
  primaryShade: 6,
  autoContrast: true,
  luminanceThreshold: 0.32,
  colors: { petrol, dark },
  fontFamily: "'Inter Variable', ui-sans-serif, system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
        closeButtonProps: { 'aria-label': 'Close this window' },
      },
    },
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true } },
  },
})
