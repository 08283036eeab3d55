import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Below this a header costs more than it saves. */
const leastBytes = 1_024;

/** Writes `.br` and `.gz` beside what is built, as small as they get: they are made once and sent often. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      for (const path of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        const file = join(dir, path);
        if (!/\.(js|css|svg|html)$/.test(path) || statSync(file).size < leastBytes) continue;
        const content = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(content, {
            params: {
              [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
              [constants.BROTLI_PARAM_QUALITY]: 11,
            },
          }),
        );
      }
    },
  };
}
