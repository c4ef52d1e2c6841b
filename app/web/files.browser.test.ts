import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ATTACKS } from '#shared/markdown/xss-corpus.ts';
import { hasBrowser, type SCREENS } from './testing/browser.ts';
import { agree, asked, lessonOf, looked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const TEACHER = 'prof@fredu.test';
/** What begins as a film does; there is none in it, and browsers look at its subtitles all the same. */
const FILM = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from('ftypisom\0\0\x02\0isommp42', 'latin1'),
  Buffer.alloc(5000),
]);
const SUBTITLES = Buffer.from('WEBVTT\n\n00:00.000 --> 00:09.000\nBonjour à tous.\n');
const BODY = `![Un carré bleu](carre.png)

::video[Le cours filmé]{file="cours 1.mp4" start=1:30 subtitles=cours.fr.vtt}

::pdf[Le poly]{file=absent.pdf page=2}

\`\`\`python
def carre(x): return x ** 2
\`\`\`
`;

describe.skipIf(!hasBrowser)('the files of a course', () => {
  const site = testSite();
  let square: Buffer;
  beforeAll(async () => {
    const blue = { width: 300, height: 300, channels: 3, background: '#14599c' } as const;
    square = await sharp({ create: blue }).png().toBuffer();
  });

  /** A course of the teacher's that says this, open before them. */
  async function teacherAt(bodies: readonly string[], screen: keyof typeof SCREENS) {
    const { page, complaints } = await signedIn(site, { email: TEACHER, screen });
    const begun = { title: 'Images et films', summary: 'Un essai.', subject: 'Arts', level: 'L1' };
    const { id } = await asked<{ id: string }>(page, 'POST', '/courses', { body: begun });
    const sections = bodies.map((body, at) => ({ title: `Partie ${at + 1}`, body }));
    await asked(page, 'PUT', `/courses/${id}/sections`, { body: { sections }, version: 1 });
    const openPart = async (at: number) => {
      await page.goto(site.url + (await lessonOf(page, id, at)));
      await page.getByRole('heading', { name: `Partie ${at + 1}`, exact: true }).waitFor();
      await page.locator('.prose').waitFor();
    };
    await openPart(0);
    return { page, complaints, openPart };
  }
  const choose = async (page: Page, files: { name: string; mimeType: string; buffer: Buffer }[]) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Ajouter des fichiers' }).press('Enter');
    await (await chooser).setFiles(files);
  };
  const added = (page: Page, name: string) =>
    page.getByRole('listitem').filter({ hasText: name }).getByText('Ajouté').waitFor();

  it.each(['desktop', 'phone'] as const)(
    'are added by their author, and stand in the text (%s)',
    async (screen) => {
      const { page, complaints } = await teacherAt([BODY], screen);
      await page.getByText('Ce cours n’a pas de fichier « cours 1.mp4 »').waitFor();
      const begun = page.waitForRequest(
        (request) => request.method() === 'POST' && /\/uploads$/.test(request.url()),
      );
      await choose(page, [
        { name: 'carre.png', mimeType: 'image/png', buffer: square },
        { name: 'cours 1.mp4', mimeType: 'video/mp4', buffer: FILM },
      ]);
      expect((await begun).headers()['upload-metadata']).toMatch(/,sha256 [\w+/=]+$/);
      await added(page, 'carre.png');
      await added(page, 'cours 1.mp4');
      // Dropped on the page, as from a folder.
      const dropped = await page.evaluateHandle((text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], 'cours.fr.vtt'));
        return transfer;
      }, SUBTITLES.toString());
      await page.locator('.upload-zone').dispatchEvent('drop', { dataTransfer: dropped });
      await added(page, 'cours.fr.vtt');

      await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.prose img')?.naturalWidth);
      const shown = await page.evaluate(() => {
        const { currentSrc, width } = document.querySelector<HTMLImageElement>('.prose img')!;
        return [new URL(currentSrc).search, width];
      });
      // As wide as it is, whichever is taken.
      expect(shown).toEqual([screen === 'phone' ? '?width=640' : '?width=1280', 300]);
      await page.waitForFunction(
        () => document.querySelector('video')?.textTracks[0]?.cues?.[0]?.endTime === 9,
      );
      expect(await page.locator('video').getAttribute('src')).toMatch(/cours%201\.mp4#t=90$/);
      await page.getByText('Ce cours n’a pas de fichier « absent.pdf »').waitFor();
      expect(await page.locator('.code-keyword').first().textContent()).toBe('def');
      await looked(page, screen, 'files');

      // A name that the course has already is refused in the server's words.
      await choose(page, [{ name: 'carre.png', mimeType: 'image/png', buffer: square }]);
      await page.getByRole('alert').filter({ hasText: 'Ce cours a déjà un fichier' }).waitFor();
      await page.getByRole('button', { name: 'Fermer carre.png' }).click();

      await page.getByRole('button', { name: 'Renommer carre.png' }).click();
      await page.getByLabel('Le changer aussi dans « Partie 1 »').waitFor();
      await page.getByLabel('Nouveau nom de carre.png').fill('carré bleu.png');
      await looked(page, screen, 'rename-file');
      await page.getByRole('button', { name: 'Renommer', exact: true }).click();
      await page.locator(`.prose img[src*="${encodeURIComponent('carré bleu.png')}"]`).waitFor();

      await page.getByRole('button', { name: 'Supprimer carré bleu.png' }).click();
      await agree(page, 'Supprimer', 'Il est nommé dans « Partie 1 »');
      await page.getByText('Ce cours n’a pas de fichier « carré bleu.png »').waitFor();
      expect(complaints.filter((each) => !/409|carre\.png|carr%C3%A9|cours%201\.mp4/.test(each))).toEqual([]);
    },
  );

  it('are refused when empty before anything is sent, and said to be shown to nobody when they are not', async () => {
    const { page } = await teacherAt(['![Une photo](photo.heic)'], 'phone');
    let begun = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST' && /\/uploads$/.test(request.url())) begun += 1;
    });
    await choose(page, [{ name: 'vide.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) }]);
    await page.getByRole('alert').filter({ hasText: 'Ce fichier est vide' }).waitFor();
    expect(begun).toBe(0);
    await page.getByRole('button', { name: 'Fermer vide.txt' }).click();
    const photo = Buffer.concat([
      Buffer.from([0, 0, 0, 24]),
      Buffer.from('ftypheic\0\0\0\0mif1heic', 'latin1'),
    ]);
    await choose(page, [{ name: 'photo.heic', mimeType: 'image/heic', buffer: photo }]);
    await page.getByRole('listitem').getByText('exportez-la en JPEG').first().waitFor();
    await added(page, 'photo.heic');
    await page.locator('.prose .file-download').filter({ hasText: 'Une photo' }).waitFor();
    await looked(page, 'phone', 'files-unshown');
  });

  it('are replaced by newer ones where they stand', async () => {
    const { page } = await teacherAt(['![Un carré](carre.png)'], 'desktop');
    await choose(page, [{ name: 'carre.png', mimeType: 'image/png', buffer: square }]);
    await added(page, 'carre.png');
    const width = (pixels: number) =>
      page.waitForFunction(
        (wide) => document.querySelector<HTMLImageElement>('.prose img')?.naturalWidth === wide,
        pixels,
      );
    await width(300);
    const larger = await sharp({ create: { width: 500, height: 500, channels: 3, background: '#9c1459' } })
      .png()
      .toBuffer();
    await page.getByRole('button', { name: 'Remplacer carre.png' }).click();
    await page
      .getByLabel('La nouvelle version de carre.png')
      .setInputFiles({ name: 'autre nom.png', mimeType: 'image/png', buffer: larger });
    await page.getByText('« carre.png » est remplacé.').waitFor();
    await page.reload();
    await width(500);
  });

  it('bring subtitles that a browser shows, whatever they come in', async () => {
    const cases = {
      'film.fr.vtt': 'WEBVTT\n\n 0:00:00.500-->0:00:01.000 \nUn\n0:00:00.000 --> 0:00:00.000\nDeux\n',
      'film.en.srt':
        '1\n00:00:00,000 --> 00:00:01,500\nOne & <b>two</b>\n\n2\n00:00:02,000 --> 00:00:03,000\nThree\n',
    };
    const { page, complaints } = await teacherAt(['::video[Film]{file=film.mp4}'], 'desktop');
    await choose(page, [
      { name: 'film.mp4', mimeType: 'video/mp4', buffer: FILM },
      ...Object.entries(cases).map(([name, text]) => ({
        name,
        mimeType: 'text/plain',
        buffer: Buffer.from(text),
      })),
    ]);
    for (const name of ['film.mp4', ...Object.keys(cases)]) await added(page, name);
    await page.waitForFunction(() => document.querySelectorAll('.prose track').length === 2);
    const cues = await page.evaluate(async () => {
      const tracks = [...document.querySelectorAll<HTMLTrackElement>('.prose track')];
      return Promise.all(
        tracks.map(async (track) => {
          const loaded = new Promise((resolve) => track.addEventListener('load', resolve, { once: true }));
          track.track.mode = 'hidden';
          if (track.readyState !== 2) await loaded;
          return [track.label, ...[...track.track.cues!].map((cue) => (cue as VTTCue).text)];
        }),
      );
    });
    expect(cues).toEqual([
      ['English', 'One &amp; <b>two</b>', 'Three'],
      ['Français', 'Deux', 'Un'],
    ]);
    expect(complaints.filter((each) => !/film\.mp4/.test(each))).toEqual([]);
  });

  it('go on over pages, a cut, a rest and a closed tab', async () => {
    const { page } = await teacherAt(['Rien.'], 'phone');
    const context = page.context();
    // The first piece arrives, and no other before the tab is closed.
    const opened = Promise.withResolvers<void>();
    let asked = 0;
    await context.route('**/api/v1/uploads/*', async (route) => {
      const isPiece = route.request().method() === 'PATCH';
      if (isPiece) asked += 1;
      if (isPiece && asked > 1) await opened.promise;
      await route.continue().catch(() => undefined);
    });
    const pieces = (number: number) => expect.poll(() => asked, { timeout: 60_000 }).toBe(number);
    const row = (at: Page) => at.getByRole('region', { name: 'Envois' }).getByRole('listitem');
    const size = 18 * 2 ** 20;
    await choose(page, [
      { name: 'grand.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(size, 7) },
    ]);
    const whereabouts = page.url();
    await page.getByRole('link', { name: '← Images et films' }).click();
    await page.getByRole('link', { name: 'Écrire ce cours' }).click();
    await page.waitForURL(/\/ecrire$/);
    await pieces(2);
    await looked(page, 'phone', 'uploads');

    await context.setOffline(true);
    await row(page).getByText('Pas de réseau').waitFor();
    await context.setOffline(false);
    await pieces(3);
    await page.getByRole('button', { name: 'Suspendre grand.bin' }).click();
    await row(page).getByText('Suspendu à').waitFor();
    await page.getByRole('button', { name: 'Reprendre grand.bin' }).click();
    await pieces(4);

    // The tab is closed, and another one opened.
    await page.close();
    opened.resolve();
    const next = await context.newPage();
    await next.goto(whereabouts);
    await added(next, 'grand.bin');
    expect(await row(next).getByRole('link', { name: 'Images et films' }).count()).toBe(1);
    const arrived = await next.evaluate(async () => {
      const url = document.querySelector<HTMLAnchorElement>('.files a')!.href;
      return (await (await fetch(url)).arrayBuffer()).byteLength;
    });
    expect(arrived).toBe(size);
  });

  it('and no text of theirs runs a program in the page', async () => {
    const bodies: string[] = [];
    for (let at = 0; at < ATTACKS.length; at += 10) bodies.push(ATTACKS.slice(at, at + 10).join('\n\n'));
    const { page, complaints, openPart } = await teacherAt(bodies, 'desktop');
    for (const at of bodies.keys()) {
      await openPart(at);
      await nothingRuns(page);
    }
    // Nor did anything try: the policy of the pages had nothing to refuse.
    expect(complaints).toEqual([]);
  });

  async function nothingRuns(page: Page) {
    // Every link that the texts made is followed as far as the page itself.
    await page.evaluate(() => {
      addEventListener('click', (event) => event.preventDefault());
      for (const link of document.querySelectorAll<HTMLElement>('.prose a')) link.click();
      for (const each of document.querySelectorAll('.prose *'))
        for (const kind of ['mouseover', 'focus', 'pointerenter', 'error', 'load', 'play', 'toggle'])
          each.dispatchEvent(new Event(kind));
    });
    expect(await page.title()).not.toContain('couru');
    const handlers = await page.evaluate(() =>
      [...document.querySelectorAll('.prose *')].flatMap((each) =>
        each.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
    );
    expect(handlers).toEqual([]);
    expect(
      await page.locator('.prose :is(script, iframe, object, embed, svg, form, style, base)').count(),
    ).toBe(0);
  }
});
