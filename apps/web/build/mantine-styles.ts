import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const name = 'virtual:mantine.css';
const resolved = '/__mantine.css';

/**
 * `import 'virtual:mantine.css'`: the styles of those of Mantine's components that the sources in `folder` use, in Mantine's own
 * order and in layers. Its one file for all components is most of what a first load would have to wait for.
 */
export function mantineStyles(folder: string): Plugin {
  return {
    name: 'mantine-styles',
    resolveId: (id) => (id === name ? resolved : undefined),
    load: (id) => (id === resolved ? stylesFor(usedBy(folder)) : undefined),
  };
}

/**
 * From weakest to strongest; styles in no layer are stronger than all, in whichever order the files come. `elements` is for what the
 * app says of elements by their names, `mantine` is where the layered styles of Mantine's other packages are, too.
 */
const layers = ['mantine-base', 'elements', 'mantine'];

const core = dirname(createRequire(import.meta.url).resolve('@mantine/core/styles.css'));
const esm = join(core, 'esm');

/** What sources, and the other packages of Mantine that they use, import from its core. */
export function usedBy(folder: string): Set<string> {
  const sources = globSync(`${folder}/**/*.{ts,tsx}`).map((path) => readFileSync(path, 'utf8'));
  const others = new Set(sources.flatMap((text) => matches(text, /'@mantine\/(notifications|spotlight)'/g)));
  const inner = [...others].flatMap((other) =>
    globSync(`${join(core, '..', other, 'esm')}/**/*.mjs`).map((path) => readFileSync(path, 'utf8')),
  );
  const lists = [...sources, ...inner].flatMap((text) =>
    matches(text, /import \{([^}]*)\} from ['"]@mantine\/core['"]/g),
  );
  return new Set(lists.flatMap((list) => list.split(',').map((one) => one.trim().split(' as ')[0] ?? '')));
}

/** Of these components and of all that they are made of. */
export function stylesFor(components: ReadonlySet<string>): string {
  const index = readFileSync(join(esm, 'index.mjs'), 'utf8');
  const places = [...index.matchAll(/import \{ ([^}]*) \} from "(\.\/components\/[^"]*)"/g)];
  const open = places
    .filter(([, names = '']) => names.split(', ').some((one) => components.has(one.split(' as ')[0] ?? '')))
    .map(([, , path = '']) => join(esm, path));
  const seen = new Set(open);
  for (const path of seen) {
    const imported = matches(readFileSync(path, 'utf8'), /from "(\.[^"]*\.mjs)"/g);
    for (const one of imported) seen.add(join(dirname(path), one));
  }
  const all = readFileSync(join(core, 'styles.css'), 'utf8');
  const placeOf = (styles: string) => all.indexOf(/\.m_[0-9a-f]+/.exec(styles)?.[0] ?? '');
  const own = [...seen]
    .filter((path) => path.endsWith('.module.mjs'))
    .map((path) => join(core, 'styles', `${basename(path, '.module.mjs')}.css`))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .sort((a, b) => placeOf(a) - placeOf(b));
  const [variables = '', baseline = '', global = ''] = ['default-css-variables', 'baseline', 'global'].map(
    (one) => readFileSync(join(core, 'styles', `${one}.css`), 'utf8'),
  );
  return [
    `@layer ${layers.join(', ')};`,
    `@layer ${layers[0]} {\n${variables}\n${baseline}\n}`,
    `@layer ${layers[2]} {\n${[global, ...own].join('\n')}\n}`,
  ].join('\n');
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}
