import { useNavigate } from 'react-router';
import { useNewCourse } from '../features/teaching/api/teaching.ts';
import { CourseForm } from '../features/teaching/components/course-form.tsx';
import { Page } from '../layout/page.tsx';

/** Where a teacher begins a course; it is a draft that nobody else sees. */
export function NewCoursePage() {
  const navigate = useNavigate();
  const { mutate, isPending, error } = useNewCourse();
  return (
    <Page title="Nouveau cours">
      <p className="intro">Un brouillon, que personne d’autre ne voit avant sa publication.</p>
      <CourseForm
        action="Créer le cours"
        isPending={isPending}
        error={error}
        onSend={(fields) => mutate(fields, { onSuccess: ({ id }) => void navigate(`/cours/${id}/ecrire`) })}
      />
    </Page>
  );
}
