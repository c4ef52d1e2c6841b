import { type ReactNode, useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { CourseFiles } from '#web/features/files/components/course-files.tsx';
import { sendAll } from '#web/features/files/components/upload-files.tsx';
import { Waiting } from '#web/layout/waiting.tsx';
import type { Connection } from '../api/connection.ts';
import { isAsPublished } from '../changed.ts';
import { remarksOn } from '../checks.ts';
import { placedFiles } from '../placed-files.ts';
import { Sections } from '../sections.ts';
import { Preview } from './preview.tsx';
import { Publishing } from './publishing.tsx';
import { Remarks } from './remarks.tsx';
import { RichText } from './rich-text.tsx';
import { SectionList } from './section-list.tsx';
import { SharedText } from './shared-text.tsx';
import { Presence, StandingLine } from './standing.tsx';
import './together.css';

const TABS = { preview: 'Aperçu', files: 'Fichiers', remarks: 'À revoir' } as const;
type Tab = keyof typeof TABS;
/** Whether somebody prefers a plain field to the editor; remembered in their browser. */
const PLAIN = 'fredu-plain-text';

/** Where a course is written: its sections, the text of one, and what it looks like or what files it has beside it. */
export function Workshop({ connection, course }: { connection: Connection; course: Course }) {
  const version = useSyncExternalStore(connection.subscribe, connection.snapshot);
  const sections = useMemo(() => new Sections(connection.sections), [connection]);
  const [chosen, setChosen] = useState<string>();
  const [tab, setTab] = useState<Tab>('preview');
  const [isPlain, setPlain] = useState(() => localStorage.getItem(PLAIN) !== null);
  const [words, setWords] = useState('');
  const place = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the connection says with its version that its text is another one
  const texts = useMemo(
    () => sections.shown.map(({ title, body }) => ({ title: title.toString(), body: body.toString() })),
    [sections, version],
  );
  const remarks = useMemo(
    () => (course.format === 'markdown' ? remarksOn(texts, course.files) : []),
    [texts, course.files, course.format],
  );
  const { shown } = sections;
  const at = Math.max(
    0,
    shown.findIndex(({ key }) => key === chosen),
  );
  const current = shown[at];
  const stopped = ['not-allowed', 'full', 'ended'].includes(connection.standing);
  const isThere = connection.synced || connection.found;

  const choose = (key: string) => {
    setChosen(key);
    requestAnimationFrame(() => place.current?.scrollIntoView({ block: 'nearest' }));
  };
  const arrive = (files: readonly File[]): string => {
    const { renamed, text } = placedFiles(files, course.files);
    sendAll(course, renamed);
    return text;
  };
  const showPlain = (is: boolean) => {
    setPlain(is);
    if (is) localStorage.setItem(PLAIN, '1');
    else localStorage.removeItem(PLAIN);
  };

  return (
    <>
      <div className="together-bar">
        <StandingLine connection={connection} stopped={stopped} />
        <Presence connection={connection} />
        <Publishing
          course={course}
          isChanged={isThere && !isAsPublished(sections, course)}
          remarks={remarks.length}
          disabled={!connection.saved || stopped}
        />
      </div>
      {!isThere && !stopped && <Waiting />}
      {isThere && (
        <div className="workshop">
          <SectionList sections={sections} current={current?.key} disabled={stopped} onChoose={choose} />
          <div className="workshop-text" ref={place}>
            {current ? (
              <div key={current.key}>
                <SharedText
                  text={current.title}
                  label="Titre"
                  connection={connection}
                  singleLine
                  disabled={stopped}
                />
                {isPlain || course.format === 'text' ? (
                  <SharedText text={current.body} label="Texte" connection={connection} disabled={stopped} />
                ) : (
                  <RichText
                    text={current.body}
                    label="Texte"
                    language={course.language}
                    connection={connection}
                    disabled={stopped}
                    files={() => course.files}
                    onFiles={arrive}
                    onSave={() =>
                      setWords(
                        connection.saved
                          ? 'Tout est déjà enregistré.'
                          : 'Ce texte est gardé dans ce navigateur.',
                      )
                    }
                  />
                )}
                {course.format === 'markdown' && (
                  <label className="plain-choice">
                    <input
                      type="checkbox"
                      checked={isPlain}
                      onChange={({ target }) => showPlain(target.checked)}
                    />
                    Champ de texte simple
                  </label>
                )}
                <p role="status" className="quiet">
                  {words}
                </p>
              </div>
            ) : (
              <p>Ce cours n’a pas encore de section : ajoutez la première.</p>
            )}
          </div>
          <Side tab={tab} onTab={setTab} count={remarks.length}>
            {tab === 'preview' && current && (
              <Preview course={course} title={texts[at]?.title ?? ''} body={texts[at]?.body ?? ''} />
            )}
            {tab === 'files' && <CourseFiles course={course} />}
            {tab === 'remarks' && (
              <Remarks
                remarks={remarks}
                titles={texts.map(({ title }) => title)}
                onChoose={(section) => choose(shown[section]!.key)}
              />
            )}
          </Side>
        </div>
      )}
    </>
  );
}

/** What stands beside the text: one of three. */
function Side({
  tab,
  onTab,
  count,
  children,
}: {
  tab: Tab;
  onTab: (tab: Tab) => void;
  count: number;
  children: ReactNode;
}) {
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const all = Object.keys(TABS) as Tab[];
  useEffect(() => {
    // A tab that was chosen by the arrows has the focus.
    if (tabs.current?.contains(document.activeElement))
      tabs.current.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  });
  return (
    <div className="workshop-side">
      <div
        className="tabs"
        role="tablist"
        aria-label="À côté du texte"
        ref={tabs}
        onKeyDown={({ key }) => {
          const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
          if (step !== 0) onTab(all[(all.indexOf(tab) + step + all.length) % all.length]!);
        }}
      >
        {all.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`${id}-${each}`}
            className="plain-button"
            aria-selected={tab === each}
            aria-controls={`${id}-panel`}
            tabIndex={tab === each ? 0 : -1}
            onClick={() => onTab(each)}
          >
            {TABS[each]}
            {each === 'remarks' && count > 0 && ` (${count})`}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel without anything to stop at is reached by the keyboard all the same */}
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} tabIndex={0}>
        {children}
      </div>
    </div>
  );
}
