import { Link } from 'react-router';
import { count, STATE_NAMES } from '#web/features/courses/words.ts';
import { Failure } from '#web/layout/failure.tsx';
import { type AdminCourse, useAllCourses, useChangeAnyState } from '../api/administration.ts';
import { moment } from '../words.ts';
import { Searched } from './found.tsx';
import { Quota } from './quota.tsx';

/** Every course, whatever its state. */
export function AllCourses() {
  return (
    <Searched label="Mots d’un cours" nothing="Aucun cours ne correspond." useFound={useAllCourses}>
      {(course) => <OneCourse course={course} />}
    </Searched>
  );
}

function OneCourse({ course }: { course: AdminCourse }) {
  const { id, title, state, visibility, updatedAt, followers, files } = course;
  const change = useChangeAnyState();
  const door = (to: AdminCourse['state'], words: string) => (
    <button
      type="button"
      className="plain-button"
      aria-label={`${words} « ${title} »`}
      disabled={change.isPending}
      onClick={() => change.mutate({ id, state: to })}
    >
      {words}
    </button>
  );
  return (
    <>
      <p className="admin-name">
        <Link to={`/cours/${id}`}>{title}</Link> <span className="state-mark">{STATE_NAMES[state]}</span>
        {visibility === 'invitation' && <span className="quiet">sur invitation</span>}
      </p>
      <p className="quiet">
        {count(followers, 'inscription')}, changé le {moment(updatedAt)}
      </p>
      <div className="admin-doors">
        {state === 'published' && door('draft', 'Retirer de la publication')}
        {state === 'deleted' ? door('draft', 'Reprendre') : door('deleted', 'Supprimer')}
        <span role="status">{change.isSuccess ? 'C’est fait.' : ''}</span>
      </div>
      <Quota of="courses" id={id} name={`« ${title} »`} files={files} />
      {change.error && <Failure error={change.error} />}
    </>
  );
}
