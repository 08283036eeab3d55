import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mantineStyles } from './build/mantine-styles.ts';
import { precompress } from './build/precompress.ts';

const server = 'http://127.0.0.1:4600';

export default defineConfig({
  plugins: [react(), mantineStyles(join(import.meta.dirname, 'src')), precompress()],
  build: {
    ...{ outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: true },
    // What many pages need is one file: many small ones pack worse, and each has its headers.
    rollupOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 4 }] } } },
  },
  server: {
    proxy: {
      // The server allows writes and sockets only from its own origin, so the proxy speaks as that origin.
      '/api': { target: server, ws: true, changeOrigin: true, headers: { origin: server } },
    },
  },
});
