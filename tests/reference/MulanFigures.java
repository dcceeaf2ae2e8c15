// Prints Mulan's figures of scores against truth, for presets_golden.py, which says how it is called.
// In: cases, the cut, rows, labels, then rows x labels scores and rows x labels truths (0 or 1) of each, as words.
// Out: a line "name value" for each measure (NaN where Mulan has none), and a line "end" after each case.
import java.util.Scanner;
import mulan.classifier.MultiLabelOutput;
import mulan.evaluation.GroundTruth;
import mulan.evaluation.measure.*;

class MulanFigures {
  static void print(String name, Measure measure, double[][] scores, boolean[][] truth, double cut) {
    for (int row = 0; row < scores.length; ++row)
      measure.update(new MultiLabelOutput(scores[row], cut), new GroundTruth(truth[row]));
    System.out.println(name + " " + measure.getValue());
  }

  static void figures(double[][] s, boolean[][] y, double cut) {
    int labels = y[0].length;
    print("micro_f1", new MicroFMeasure(labels), s, y, cut);
    print("micro_f2", new MicroFMeasure(labels, 2), s, y, cut);
    print("micro_precision", new MicroPrecision(labels), s, y, cut);
    print("micro_recall", new MicroRecall(labels), s, y, cut);
    print("macro_f1", new MacroFMeasure(labels), s, y, cut);
    print("macro_f2", new MacroFMeasure(labels, 2), s, y, cut);
    print("macro_precision", new MacroPrecision(labels), s, y, cut);
    print("macro_recall", new MacroRecall(labels), s, y, cut);
    print("samples_f1", new ExampleBasedFMeasure(), s, y, cut);
    print("samples_f2", new ExampleBasedFMeasure(2), s, y, cut);
    print("samples_precision", new ExampleBasedPrecision(), s, y, cut);
    print("samples_recall", new ExampleBasedRecall(), s, y, cut);
    print("samples_jaccard", new ExampleBasedAccuracy(), s, y, cut);
    print("subset_accuracy", new SubsetAccuracy(), s, y, cut);
    print("hamming_loss", new HammingLoss(), s, y, cut);
    print("macro_map", new MeanAveragePrecision(labels), s, y, cut);
    print("macro_auc", new MacroAUC(labels), s, y, cut);
    print("micro_auc", new MicroAUC(labels), s, y, cut);
    print("lrap", new AveragePrecision(), s, y, cut);
    print("coverage_error", new Coverage(), s, y, cut);
    print("one_error", new OneError(), s, y, cut);
    print("ranking_loss", new RankingLoss(), s, y, cut);
  }

  public static void main(String[] arguments) {
    Scanner in = new Scanner(System.in);
    for (int cases = in.nextInt(); cases > 0; --cases) {
      double cut = Double.parseDouble(in.next());
      int rows = in.nextInt(), labels = in.nextInt();
      double[][] scores = new double[rows][labels];
      boolean[][] truth = new boolean[rows][labels];
      for (double[] row : scores)
        for (int label = 0; label < labels; ++label) row[label] = Double.parseDouble(in.next());
      for (boolean[] row : truth)
        for (int label = 0; label < labels; ++label) row[label] = in.nextInt() == 1;
      figures(scores, truth, cut);
      System.out.println("end");
    }
  }
}
