import { type ReactNode, useState } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import { ask } from '#web/layout/question.tsx';
import { Text } from '#web/markdown/text.tsx';
import { change, remove, report, type Subject, useDeed, vote } from '../api/forum.ts';
import { ago, type Named, namedIn, nameOf, naming, typed } from '../words.ts';
import { BodyForm } from './body-form.tsx';

/** A question or an answer, with what its reader may do to it. */
export function Message({
  courseId,
  subject,
  content,
  may,
  label,
  accepted = false,
  children,
  onRemoved,
}: {
  courseId: string;
  subject: Subject;
  content: {
    author: { id: string; name: string } | null;
    body: string | null;
    html: string | null;
    score: number;
    vote: number;
    version: number;
    createdAt: string;
    editedAt: string | null;
  };
  may: { vote: boolean; edit: boolean; remove: boolean; report: boolean };
  label: string;
  accepted?: boolean;
  children?: ReactNode;
  onRemoved?: () => void;
}) {
  const [editing, setEditing] = useState(false);
  const [reporting, setReporting] = useState(false);
  const [thanked, setThanked] = useState(false);
  const voting = useDeed((value: -1 | 0 | 1) => vote(subject, value));
  const changing = useDeed(
    ({ body, meant }: { body: string; meant: Named[] }) =>
      change(subject, content.version, { body: naming(body, meant, []) }),
    () => setEditing(false),
  );
  const removing = useDeed(() => remove(subject), onRemoved);
  const telling = useDeed(
    (reason: string) => report(subject, reason),
    () => {
      setReporting(false);
      setThanked(true);
    },
  );
  const error = voting.error ?? removing.error;
  if (content.body === null && !editing) return <p className="quiet">Cette réponse a été retirée.</p>;
  return (
    <article className={accepted ? 'message message-accepted' : 'message'} aria-label={label}>
      <p className="quiet">
        <strong>{nameOf(content.author)}</strong> ·{' '}
        <time dateTime={content.createdAt}>{ago(content.createdAt)}</time>
        {content.editedAt && ' · modifié'}
        {accepted && <span className="badge badge-good">Réponse acceptée</span>}
      </p>
      {editing ? (
        <BodyForm
          label="Votre texte"
          action="Enregistrer"
          courseId={courseId}
          initial={typed(content.body ?? '')}
          named={namedIn(content.body ?? '')}
          isPending={changing.isPending}
          error={changing.error}
          onSend={(body, meant) => changing.mutate({ body, meant })}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <Text html={content.html ?? ''} />
      )}
      {error && <Failure error={error} />}
      <p className="forum-actions">
        {may.vote ? (
          <>
            <VoteButton value={1} mine={content.vote} label="Utile" onVote={voting.mutate} />
            <span className="score">
              {content.score}{' '}
              <span className="unseen">{Math.abs(content.score) > 1 ? 'points' : 'point'}</span>
            </span>
            <VoteButton value={-1} mine={content.vote} label="Pas utile" onVote={voting.mutate} />
          </>
        ) : (
          <span className="score">
            {content.score} {Math.abs(content.score) > 1 ? 'points' : 'point'}
          </span>
        )}
        {children}
        {may.edit && !editing && (
          <button type="button" className="link-button" onClick={() => setEditing(true)}>
            Modifier
          </button>
        )}
        {may.remove && (
          <button
            type="button"
            className="link-button"
            disabled={removing.isPending}
            onClick={async () => {
              if (await ask({ title: 'Retirer ce message ?', action: 'Retirer' })) removing.mutate();
            }}
          >
            Retirer
          </button>
        )}
        {may.report && !thanked && (
          <button type="button" className="link-button" onClick={() => setReporting(!reporting)}>
            Signaler
          </button>
        )}
        {thanked && <span role="status">Merci, ce message va être examiné.</span>}
      </p>
      {reporting && (
        <form
          className="forum-form"
          onSubmit={(event) => {
            event.preventDefault();
            telling.mutate(String(new FormData(event.currentTarget).get('reason')));
          }}
        >
          <label>
            Ce qui ne va pas
            <input name="reason" required maxLength={500} />
          </label>
          {telling.error && <Failure error={telling.error} />}
          <button type="submit" disabled={telling.isPending}>
            Envoyer le signalement
          </button>
        </form>
      )}
    </article>
  );
}

function VoteButton({
  value,
  mine,
  label,
  onVote,
}: {
  value: 1 | -1;
  mine: number;
  label: string;
  onVote: (value: -1 | 0 | 1) => void;
}) {
  return (
    <button
      type="button"
      className="link-button"
      aria-pressed={mine === value}
      onClick={() => onVote(mine === value ? 0 : value)}
    >
      {value > 0 ? '▲' : '▼'} {label}
    </button>
  );
}
