import charts from '#constructs/charts.lock.json' with { type: 'json' };
import images from '#constructs/images.lock.json' with { type: 'json' };
import { type AppImage, type ImageName, lockedImage, ofPlatform } from '#constructs/images.ts';
import { RELEASES } from '#constructs/releases.ts';
import type { Model } from '#sites/model.ts';
import { type Html, html } from './html.ts';
import { tableOf } from './table.ts';

const APP: readonly ImageName[] = ['education-api', 'education-web'] satisfies AppImage[];

/** Releases that the files are written for, images and charts with what pins them. */
export function versionsOf(model: Model, version: string): Html {
  const releases = [['fredu', version], ...Object.entries(RELEASES)];
  return html`<div class="beside"><div><h3>Releases</h3>
${tableOf(
  { id: 'releases', caption: 'Releases', head: ['of', 'release'] },
  releases.map(([name = '', release = '']) => ({ cells: [name, release] })),
)}</div>
<div><h3>Charts</h3>
${tableOf(
  { id: 'charts', caption: 'Charts', head: ['chart', 'version', 'from', 'SHA-256'] },
  Object.entries(charts).map(([name, chart]) => ({
    cells: [name, chart.version, chart.repository, chart.sha256 ?? NONE],
  })),
)}</div></div>
<h3>Images</h3>
<p>An image without a digest runs by its tag; npm run images -- --resolve asks the registries for it.</p>
${tableOf(
  { id: 'images', caption: 'Images', head: ['image', 'from', 'tag', 'digest'] },
  (Object.keys(images) as ImageName[]).map((key) => {
    const { name, tag, digest } = APP.includes(key) ? ofPlatform(lockedImage(key), model) : lockedImage(key);
    return { cells: [key, name, tag, digest ?? NONE] };
  }),
)}`;
}

const NONE = 'none yet';
