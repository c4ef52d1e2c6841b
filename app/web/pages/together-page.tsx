import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link, useParams } from 'react-router';
import * as Y from 'yjs';
import type { Course } from '#shared/schemas/course.ts';
import { removeSection, SHARED, shownIn } from '#shared/schemas/together.ts';
import { answerOf, api, from, Refused } from '../api.ts';
import { courseKeys, useCourse, useIsAuthor } from '../features/courses/api/course.ts';
import { Connection, type Standing } from '../features/together/api/connection.ts';
import { SharedText } from '../features/together/components/shared-text.tsx';
import { hueOf } from '../features/together/hue.ts';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';
import { Waiting } from '../layout/waiting.tsx';
import '../features/together/components/together.css';

const STANDING_WORDS: Record<Exclude<Standing, 'open'>, string> = {
  connecting: 'Connexion…',
  offline:
    'Hors ligne : continuez, ce que vous écrivez reste dans cette page et partira au retour du réseau.',
  'not-allowed':
    'Vous n’êtes plus parmi les auteurs de ce cours, ou votre session a pris fin. Ce que vous avez écrit reste dans cette page : connectez-vous dans une autre fenêtre, puis réessayez.',
  full: 'Ce document a atteint sa taille maximale : la dernière modification n’a pas été enregistrée.',
  ended: 'La liaison a été interrompue. Rechargez la page.',
};

/** A course as its authors write it at once. */
export function TogetherPage() {
  const { id = '' } = useParams();
  const { data: course, error, refetch } = useCourse(id);
  if (!course) return error ? <Failure error={error} retry={() => refetch()} /> : <Waiting />;
  return (
    <Page
      title={`Écrire « ${course.title} »`}
      lead={
        <p className="back">
          <Link to={`/cours/${id}`}>← Le cours</Link>
        </p>
      }
    >
      <Writing key={id} course={course} />
    </Page>
  );
}

function Writing({ course }: { course: Course }) {
  if (!useIsAuthor(course)) return <p>Seuls les auteurs de ce cours peuvent l’écrire.</p>;
  return <Editor course={course} />;
}

function Editor({ course }: { course: Course }) {
  const [connection, setConnection] = useState<Connection>();
  useEffect(() => {
    const opened = new Connection(course.id);
    setConnection(opened);
    return () => opened.close();
  }, [course.id]);
  return connection ? <Written connection={connection} course={course} /> : <Waiting />;
}

function Written({ connection, course }: { connection: Connection; course: Course }) {
  useSyncExternalStore(connection.subscribe, connection.snapshot);
  const { standing, synced, saved, sections } = connection;
  const stopped = ['not-allowed', 'full', 'ended'].includes(standing);
  const add = () => {
    const section = new Y.Map<unknown>();
    section.set(SHARED.title, new Y.Text('Nouvelle section'));
    section.set(SHARED.body, new Y.Text());
    sections.push([section]);
  };
  const remove = (section: Y.Map<unknown>) => {
    if (confirm('Retirer cette section du texte ? Les versions publiées du cours la gardent.'))
      removeSection(section);
  };
  return (
    <>
      <div className="together-bar">
        <p role="status" className={stopped || standing === 'offline' ? 'together-trouble' : undefined}>
          {standing !== 'open'
            ? STANDING_WORDS[standing]
            : !synced
              ? 'Chargement…'
              : saved
                ? 'Tout est enregistré.'
                : 'Enregistrement…'}
        </p>
        {standing === 'not-allowed' && (
          <button type="button" onClick={connection.retry}>
            Réessayer
          </button>
        )}
        <Presence connection={connection} />
        <Publishing course={course} disabled={!saved || stopped} />
      </div>
      {!synced && !stopped && <Waiting />}
      {shownIn(sections).map((section, at) => {
        const title = section.get(SHARED.title);
        const body = section.get(SHARED.body);
        if (!(title instanceof Y.Text && body instanceof Y.Text)) return null;
        return (
          <fieldset key={keyOf(section)} className="together-section">
            <legend>Section {at + 1}</legend>
            <SharedText text={title} label="Titre" connection={connection} singleLine disabled={stopped} />
            <SharedText text={body} label="Texte" connection={connection} disabled={stopped} />
            <button type="button" className="plain-button" disabled={stopped} onClick={() => remove(section)}>
              Retirer la section {at + 1}
            </button>
          </fieldset>
        );
      })}
      {synced && (
        <button type="button" disabled={stopped} onClick={add}>
          Ajouter une section
        </button>
      )}
    </>
  );
}

/** What Yjs calls a section, the same for as long as it is there. */
const keyOf = (section: Y.Map<unknown>) =>
  section._item ? `${section._item.id.client}-${section._item.id.clock}` : 'none';

function Presence({ connection }: { connection: Connection }) {
  const people = new Map(connection.others.map(({ person }) => [person.id, person.name]));
  if (people.size === 0) return <p className="quiet">Vous écrivez seul pour l’instant.</p>;
  return (
    <ul className="presence" aria-label="Présents">
      {[...people].map(([id, name]) => (
        <li key={id} className={`hue-${hueOf(id)}`}>
          {name}
        </li>
      ))}
    </ul>
  );
}

function Publishing({ course, disabled }: { course: Course; disabled: boolean }) {
  const queries = useQueryClient();
  const publication = useMutation({
    mutationFn: ({ version, over }: { version: number; over: boolean }) =>
      answerOf(
        api.POST('/courses/{id}/together/publication', {
          params: {
            path: { id: course.id },
            header: from(version),
            ...(over ? { query: { over } } : {}),
          },
        }),
      ),
    onSuccess: async (published) => {
      await queries.invalidateQueries({ queryKey: courseKeys.all(course.id) });
      queries.setQueryData(courseKeys.whole(course.id), published);
    },
    // Changed in another way meanwhile: the next try goes out from there, and the other version stays in the history.
    onError: () => queries.invalidateQueries({ queryKey: courseKeys.all(course.id) }),
  });
  const { error, variables } = publication;
  const isDisabled = disabled || publication.isPending;
  return (
    <>
      <button
        type="button"
        disabled={isDisabled}
        onClick={() => publication.mutate({ version: course.version, over: false })}
      >
        Publier ce texte dans le cours
      </button>
      {publication.isSuccess && <p role="status">Publié : version {publication.data.version} du cours.</p>}
      {error && <Failure error={error} />}
      {variables &&
        error instanceof Refused &&
        error.problem.type === '/problems/together-changed-elsewhere' && (
          <div className="together-choice">
            <Link to={`/cours/${course.id}/gerer#versions`} target="_blank">
              Voir les versions du cours (nouvel onglet)
            </Link>
            {/* Over the version that was announced, and none that came later. */}
            <button
              type="button"
              disabled={isDisabled}
              onClick={() => publication.mutate({ ...variables, over: true })}
            >
              Publier par-dessus la version {variables.version}
            </button>
          </div>
        )}
    </>
  );
}
