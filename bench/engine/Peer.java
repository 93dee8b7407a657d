import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

/** JavaRosa on one form: `open <small form> <form>` or `answer <form> <answers.tsv>`; prints `name value` lines. */
public class Peer {
    static Object kept;

    public static void main(String[] args) throws Exception {
        new JavaRosaCoreModule().registerModule();
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        if (args[0].equals("open")) {
            kept = open(args[1]); // loads the classes, as imports on our side
            long began = System.nanoTime();
            kept = open(args[2]);
            System.out.println("open_s " + (System.nanoTime() - began) / 1e9);
            System.out.println("heap_mb " + heap() / 1e6);
        } else {
            answer(open(args[1]), Files.readAllLines(Path.of(args[2])));
        }
    }

    static FormEntryController open(String path) throws Exception {
        File folder = new File(path).getParentFile();
        ReferenceManager.instance().reset();
        ReferenceManager.instance().addReferenceFactory(new Folder(folder));
        FormDef form = XFormUtils.getFormFromFormXml(path, null);
        form.initialize(true, new InstanceInitializationFactory());
        FormEntryController controller = new FormEntryController(new FormEntryModel(form));
        controller.stepToNextEvent();
        return controller;
    }

    static long heap() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    static void answer(FormEntryController controller, List<String> lines) {
        FormEntryModel model = controller.getModel();
        Map<String, FormIndex> places = new HashMap<>();
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        for (int event = controller.stepToNextEvent();
                event != FormEntryController.EVENT_END_OF_FORM;
                event = controller.stepToNextEvent()) {
            if (event == FormEntryController.EVENT_QUESTION) {
                places.put(name(model.getFormIndex()), model.getFormIndex());
            }
        }
        List<Double> costs = new ArrayList<>();
        for (int number = 0; number < lines.size(); number++) {
            String[] part = lines.get(number).split("\t");
            FormIndex here = places.get(part[0]);
            FormIndex next = places.get(part[3]);
            if (here == null || next == null) {
                continue; // not relevant at the start: its index is made only when somebody walks there
            }
            IAnswerData value = value(part[1], part[2]);
            long began = System.nanoTime();
            controller.answerQuestion(here, value, true);
            if (model.isIndexRelevant(next)) {
                FormEntryPrompt prompt = model.getQuestionPrompt(next);
                prompt.isRequired();
                prompt.isReadOnly();
                prompt.getLongText();
                List<SelectChoice> choices = prompt.getSelectChoices();
                if (choices != null) {
                    for (SelectChoice choice : choices) {
                        prompt.getSelectChoiceText(choice);
                    }
                }
            }
            double cost = (System.nanoTime() - began) / 1e6;
            if (number * 3 >= lines.size() * 2) {
                costs.add(cost);
            }
        }
        double[] sorted = costs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.println("answers " + sorted.length);
        System.out.println("p50_ms " + sorted[sorted.length / 2]);
        System.out.println("p95_ms " + sorted[(int) (sorted.length * 0.95)]);
    }

    static String name(FormIndex index) {
        return index.getReference().toString(true).replaceAll("(/[^/\\[]+)\\[1\\](?=/|$)", "$1");
    }

    static IAnswerData value(String kind, String text) {
        if (kind.equals("int")) {
            return new IntegerData(Integer.parseInt(text));
        }
        return kind.equals("select1") ? new SelectOneData(new Selection(text)) : new StringData(text);
    }

    /** Files beside the form, as `jr://file/…` and `jr://file-csv/…`. */
    static class Folder extends PrefixedRootFactory {
        private final File folder;

        Folder(File folder) {
            super(new String[] {"file-csv", "file"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            File file = new File(folder, terminal);
            return new Reference() {
                public boolean doesBinaryExist() {
                    return file.exists();
                }

                public InputStream getStream() throws java.io.IOException {
                    return new FileInputStream(file);
                }

                public String getURI() {
                    return uri;
                }

                public String getLocalURI() {
                    return file.getAbsolutePath();
                }

                public boolean isReadOnly() {
                    return true;
                }

                public OutputStream getOutputStream() {
                    throw new UnsupportedOperationException();
                }

                public void remove() {
                    throw new UnsupportedOperationException();
                }

                public Reference[] probeAlternativeReferences() {
                    return new Reference[0];
                }
            };
        }
    }
}
