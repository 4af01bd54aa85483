import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npm run dev -w packages/console` serves the sources and hands calls to a server that runs beside it. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // the first that know light-dark() in style sheets (Baseline 2024)
    target: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 700,
    manifest: 'manifest.json',
    reportCompressedSize: false,
  },
  server: { proxy: { '/operator': process.env['OPENISSUER_URL'] ?? 'http://127.0.0.1:8080' } },
})
