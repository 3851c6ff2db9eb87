// Build the style sheets and scripts of the pages into web/static/dist, under names that carry their hash.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import * as sass from 'sass';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../static/dist');

// Bootstrap 5.3 still uses @import and global functions; its own warnings are not ours to fix.
const sassOptions = {
  loadPaths: [join(here, 'node_modules')],
  style: 'expanded',
  quietDeps: true,
  silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
};

const compileSass = {
  name: 'sass',
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const compiled = sass.compile(path, sassOptions);
      return {
        contents: compiled.css,
        loader: 'css',
        resolveDir: dirname(path),
        watchFiles: compiled.loadedUrls.filter((url) => url.protocol === 'file:').map((url) => fileURLToPath(url)),
      };
    });
  },
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

const built = await esbuild.build({
  absWorkingDir: here,
  entryPoints: {
    app: 'src/app.js',
    diagram: 'src/diagram.js',
    modeller: 'src/modeller.js',
    'app-style': 'src/app.scss',
    'diagram-style': 'src/diagram.css',
    'modeller-style': 'src/modeller.css',
  },
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'firefox115', 'safari16'],
  outdir: target,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.woff2': 'file', '.woff': 'file', '.ttf': 'file', '.eot': 'file', '.svg': 'file' },
  legalComments: 'linked',
  metafile: true,
  plugins: [compileSass],
});

// The pages ask for `app.js`, `diagram.js`, `modeller.js`, their `.css` and `font.woff2`; the manifest says which
// file that is today.
const manifest = {};
for (const [path, output] of Object.entries(built.metafile.outputs)) {
  const file = path.split('/').pop();
  if (output.entryPoint) {
    manifest[file.replace(/(-style)?-[A-Z0-9]{8}(?=\.)/, '')] = file;
  } else if (/source-sans-3-latin-wght-normal-.*\.woff2$/.test(file)) {
    manifest['font.woff2'] = file;
  }
}
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(sorted, null, 2)}\n`);

// Minified, a library loses its notices: what is served with the pages keeps its licence beside it.
const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json')));
const folders = new Set(Object.keys(dependencies).map((name) => `node_modules/${name}`));
for (const path of Object.keys(built.metafile.inputs)) {
  const folder = path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
  if (folder) folders.add(folder.slice(folder.indexOf('node_modules/')));
}
const licences = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(here, folder, 'package.json')));
  const file = readdirSync(join(here, folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? readFileSync(join(here, folder, file), 'utf8').trim() : 'Its package holds no text of its licence.';
  return `${name} ${version}, ${license}\n\n${text}\n`;
});
writeFileSync(join(target, 'licences.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`));

for (const file of readdirSync(target).sort()) {
  if (!/\.(js|css)$/.test(file)) continue;
  const contents = readFileSync(join(target, file));
  // Compressed once here rather than at each request; the pages' server sends this file when it may.
  const compressed = gzipSync(contents, { level: 9 });
  writeFileSync(join(target, `${file}.gz`), compressed);
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 8);
  console.log(`${file.padEnd(32)}${String(contents.length).padStart(9)} bytes${String(compressed.length).padStart(9)} gz  ${digest}`);
}
