import java.io.FileInputStream;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

/** java Validate.java a.pdf b.pdf: a line for each file and standard, "a.pdf ua1 []" or the clauses broken. */
public class Validate {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (var name : files) {
            for (var standard : new String[] {"3a", "ua1"}) {
                var flavour = PDFAFlavour.fromString(standard);
                try (var file = new FileInputStream(name);
                        var parser = Foundries.defaultInstance().createParser(file, flavour);
                        var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                    var broken = new TreeSet<String>();
                    validator.validate(parser).getTestAssertions().forEach(one -> broken.add(one.getRuleId().getClause()));
                    System.out.println(name + " " + standard + " " + broken);
                }
            }
        }
    }
}
