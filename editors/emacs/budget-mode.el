;;; budget-mode.el --- Chinese government budget disclosures  -*- lexical-binding: t; coding: utf-8 -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages, text
;; URL: https://github.com/budget-lint/budget-lint
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; A major mode for `.budget' files: colours, an index of headings, cells by
;; TAB, and the server `budget-lsp' through eglot or lsp-mode, whichever is
;; there.  What is wrong, completion, hover, formatting (tables line up),
;; definitions and renaming come from the server.

;;; Code:

(require 'cl-lib)
(require 'outline)

(declare-function eglot-ensure "eglot")
(declare-function eglot-format "eglot")
(declare-function eglot-current-server "eglot")
(declare-function eglot-handle-notification "eglot")
(declare-function eglot--uri-to-path "eglot")
(declare-function lsp--uri-to-path "lsp-mode")
(declare-function lsp-deferred "lsp-mode")
(declare-function lsp-format-buffer "lsp-mode")
(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-activate-on "lsp-mode")
(defvar eglot-server-programs)
(defvar lsp-language-id-configuration)
(defvar outline-heading-end-regexp)

(defgroup budget nil
  "预决算公开文档。"
  :group 'text)

(defcustom budget-server-command '("budget-lsp")
  "语言服务器和它的参数。"
  :type '(repeat string))

(defcustom budget-start-server 'eglot
  "打开文档时用什么启动语言服务器；nil 是不启动。"
  :type '(choice (const :tag "eglot" eglot)
                 (const :tag "lsp-mode" lsp-mode)
                 (const :tag "不启动" nil)))

(defface budget-hole-face '((t :inherit font-lock-warning-face))
  "还没有填的地方：待填、XX。")

(defface budget-total-face '((t :inherit bold))
  "合计、总计、小计。")

;;;; Colours

(defconst budget--bar "[|｜]")
(defconst budget--blank "[ \t　]*")
(defconst budget--number
  "[-－+＋]?[0-9０-９]+\\(?:[,，][0-9０-９]+\\)*\\(?:[.．][0-9０-９]+\\)?[%％]?")

(defun budget--in-front-matter-p (position)
  "Whether POSITION is between the `---' of the first line and the next."
  (save-excursion
    (save-match-data
      (goto-char (point-min))
      (and (looking-at "---+[ \t　]*$")
           (progn
             (forward-line 1)
             (and (re-search-forward "^---+[ \t　]*$" nil t)
                  (< position (match-end 0))))))))

(defun budget--entry (limit)
  "Find a `键: 值' of the front matter before LIMIT."
  (and (budget--in-front-matter-p (point))
       (re-search-forward "^\\([^-#|｜ \t\n:：][^:：\n]*\\)[:：]\\(.*\\)$" limit t)
       (budget--in-front-matter-p (match-beginning 0))))

(defun budget--comment (limit)
  "Find a comment that begins before LIMIT; none is longer than a screen or two."
  (let (begin end)
    (while (and (not end) (search-forward "<!--" limit t))
      (setq begin (match-beginning 0)
            end (save-excursion (search-forward "-->" (min (point-max) (+ (point) 4000)) t))))
    (when end
      (goto-char end)
      (set-match-data (list begin end))
      t)))

(defconst budget-font-lock-keywords
  `((budget--comment 0 font-lock-comment-face t)
    ("<!--[ \t　]*\\(忽略\\(?:本节\\|全文\\)?\\|转换缺失\\|另附\\)" 1 font-lock-preprocessor-face t)
    ("<!--[ \t　]*忽略\\(?:本节\\|全文\\)?[ \t　]+\\([^:： \t\n>-]+\\)" 1 font-lock-constant-face t)
    (budget--entry (1 font-lock-variable-name-face) (2 font-lock-string-face))
    ("\\`---+[ \t　]*$" 0 font-lock-comment-delimiter-face)
    ;; Headings
    (,(concat "^" budget--blank "\\([#＃]+\\)" budget--blank "\\(.*\\)$")
     (1 font-lock-comment-delimiter-face) (2 font-lock-function-name-face))
    ;; Tables: the delimiter row, codes, totals, amounts, `=', holes
    (,(concat "^" budget--blank budget--bar "[-－—:：|｜ \t　]*-[-－—:：|｜ \t　]*$") 0 font-lock-comment-delimiter-face)
    (,(concat "^" budget--blank budget--bar budget--blank
              "\\([0-9０-９]\\{3\\}\\(?:[0-9０-９]\\{2\\}\\)\\{0,2\\}\\)\\(?:[ \t　]*" budget--bar "\\|[ \t　]+[^0-9０-９ ]\\)")
     1 font-lock-constant-face)
    (,(concat budget--bar budget--blank "\\**\\(\\(?:收入\\|支出\\|本年收入\\|本年支出\\|本年\\)?[合总小][ 　]*计\\)\\**" budget--blank budget--bar)
     1 'budget-total-face)
    (,(concat budget--bar budget--blank "\\**\\(" budget--number "\\)\\**[ \t　]*\\(?:" budget--bar "\\|$\\|<!--\\)")
     (1 font-lock-type-face)
     ;; The bar that ends a cell begins the next.
     (,(concat "\\=\\(?:" budget--blank "\\)\\**\\(" budget--number "\\)\\**[ \t　]*\\(?:" budget--bar "\\|$\\|<!--\\)")
      nil nil (1 font-lock-type-face)))
    (,(concat budget--bar budget--blank "\\([=＝]\\)" budget--blank "\\(?:" budget--bar "\\|$\\)") 1 font-lock-builtin-face)
    ("^[ \t　]*\\([|｜]\\)" 1 font-lock-comment-delimiter-face)
    ;; Fields
    (,(concat "^" budget--blank "\\(-\\)[ \t　]+\\(\\(?:其中[:：][ \t　]*\\)?[^:：|｜{｛，。；！？,;!?\n]\\{1,30\\}\\)[:：]")
     (1 font-lock-comment-delimiter-face) (2 font-lock-variable-name-face))
    ;; Text
    ("[0-9０-９]+\\(?:[,，][0-9０-９]+\\)*\\(?:[.．][0-9０-９]+\\)?[ \t　]*\\(?:亿元\\|万元\\|元\\|[%％]\\)"
     0 font-lock-type-face)
    ("[{｛]\\([^{}｛｝\n]*\\)[}｝]" 0 font-lock-preprocessor-face t)
    ("[{｛][ \t]*\\(占比\\|增减\\|增幅\\|差异率\\|名单\\|个数\\|合\\|空\\)[(（]" 1 font-lock-keyword-face t)
    ("\\\\[!-/:-@[-`{-~]" 0 font-lock-escape-face t)
    ("待填\\|\\_<[XＸ]\\{2,\\}\\_>\\|[|｜][ \t　]*\\([?？]\\)[ \t　]*[|｜]" 0 'budget-hole-face t))
  "Colours of a budget.")

(defface font-lock-escape-face '((t :inherit font-lock-regexp-grouping-backslash))
  "A mark that a backslash makes plain; Emacs 29 has one of this name.")
(defvar font-lock-escape-face 'font-lock-escape-face)

(defun budget--extend-region ()
  "Colour whole comments: they may have several lines."
  (defvar font-lock-beg)
  (defvar font-lock-end)
  (save-excursion
    (goto-char font-lock-beg)
    (let* ((limit (max (point-min) (- font-lock-beg 4000)))
           (open (save-excursion (search-backward "<!--" limit t)))
           (close (save-excursion (search-backward "-->" limit t))))
      (when (and open (or (null close) (< close open)))
        (let ((end (save-excursion (goto-char open) (search-forward "-->" (+ font-lock-end 4000) t)))
              (changed (< open font-lock-beg)))
          (setq font-lock-beg open)
          (when (and end (> end font-lock-end))
            (setq font-lock-end end changed t))
          changed)))))

;;;; Headings

(defconst budget-imenu-expression
  `((nil ,(concat "^" budget--blank "[#＃]+" budget--blank "\\(.*?\\)[ \t　]*$") 1))
  "Headings, for `imenu'.")

(defun budget-outline-level ()
  "How deep the heading at point is."
  (save-excursion
    (skip-chars-forward " \t　")
    (min 6 (max 1 (skip-chars-forward "#＃")))))

;;;; Tables

(defun budget--row-p ()
  "Whether point is in a row."
  (save-excursion
    (beginning-of-line)
    (looking-at (concat budget--blank budget--bar))))

(defconst budget--blanks " \t　\u00a0\ufeff"
  "What may stand around a cell's text.")

(defun budget--skip-comment (limit)
  "Go behind the comment that point is in; nil if it isn't closed before LIMIT."
  (let (found)
    (while (and (setq found (re-search-forward "\\\\.\\|-->" limit t))
                (eq (char-after (match-beginning 0)) ?\\)))
    found))

(defun budget--marks (comments)
  "The bars of the line at point, in order.
If COMMENTS, with a (BEGIN . END) for each comment among them; nil if
one isn't closed."
  (save-excursion
    (let ((end (line-end-position))
          (closed t)
          (marks nil))
      (beginning-of-line)
      (while (and closed (re-search-forward (if comments "\\\\.\\|<!--\\|[|｜]" "\\\\.\\|[|｜]") end t))
        (let* ((begin (match-beginning 0))
               (mark (char-after begin)))
          (cond ((eq mark ?\\))
                ((not (eq mark ?<)) (push begin marks))
                ((setq closed (budget--skip-comment end)) (push (cons begin (point)) marks)))))
      (and closed (nreverse marks)))))

(defun budget--cell (from bar comments)
  "The cell between FROM and BAR as (BEGIN END BAR BLANK).
Its text is without the blanks around it and without the COMMENTS
after it, which are given last first; of an empty one, BEGIN is where
to type.  BLANK if nothing stands there."
  (save-excursion
    (goto-char bar)
    (skip-chars-backward budget--blanks from)
    (let ((blank (= (point) from)))
      (while (and comments (= (point) (cdar comments)))
        (goto-char (car (pop comments)))
        (skip-chars-backward budget--blanks from))
      (let ((end (point)))
        (goto-char from)
        (skip-chars-forward budget--blanks (if (< from end) end (min bar (1+ from))))
        (list (point) (max end (point)) bar blank)))))

(defun budget--cells (&optional columns)
  "The cells of the row at point, as `budget--cell' has them.
What holds only comments behind the last of the table's COLUMNS, of
which there is one at least, is no cell."
  (let (from comments cells)
    ;; Where a comment isn't closed, the marks of all are text.
    (dolist (mark (append (or (budget--marks t) (budget--marks nil)) (list (line-end-position))))
      (if (consp mark)
          (push mark comments)
        (when from
          (push (budget--cell from mark comments) cells))
        (setq from (1+ mark)
              comments nil)))
    ;; The bar at the end may be left out.
    (when (nth 3 (car cells))
      (pop cells))
    (let ((beyond (- (length cells) (or columns 1))))
      (while (and (> beyond 0)
                  (pcase-let ((`(,begin ,end ,_ ,blank) (car cells)))
                    (and (= begin end) (not blank))))
        (pop cells)
        (setq beyond (1- beyond))))
    (nreverse cells)))

(defun budget--columns ()
  "How many columns the table has whose row is at point; nil if that is its first."
  (save-excursion
    (let (header)
      (while (and (zerop (forward-line -1))
                  ;; Comments may stand between rows.
                  (cond ((budget--row-p) (setq header (point)))
                        ((looking-at "[ \t　]*<!--.*-->[ \t　]*$")))))
      (when header
        (goto-char header)
        (length (budget--cells))))))

(defun budget--cells-here ()
  "The cells of the row at point, by the columns of its table."
  (budget--cells (and (save-excursion
                        (beginning-of-line)
                        (search-forward "<!--" (line-end-position) t))
                      (budget--columns))))

(defun budget--cell-after-point ()
  "The next cell of the row at point."
  (let ((cells (budget--cells-here)))
    (if (save-excursion
          (skip-chars-backward budget--blanks (line-beginning-position))
          (bolp))
        ;; Before the first bar.
        (car cells)
      (cadr (cl-member-if (lambda (cell) (<= (point) (nth 2 cell))) cells)))))

(defun budget-next-cell ()
  "Go to the next cell; elsewhere indent as usual."
  (interactive)
  (if (not (budget--row-p))
      (indent-for-tab-command)
    (let ((next (or (budget--cell-after-point)
                    ;; After the last: the first one of the next row.
                    (save-excursion
                      (end-of-line)
                      (and (not (eobp))
                           (zerop (forward-line 1))
                           (budget--row-p)
                           (car (budget--cells-here)))))))
      (unless next
        (user-error "后面没有格了"))
      (goto-char (car next)))))

(defun budget-format ()
  "Line the tables up and tidy the marks, as `budget-lint fmt' does."
  (interactive)
  (cond ((and (fboundp 'eglot-current-server) (eglot-current-server))
         (eglot-format))
        ((bound-and-true-p lsp-mode) (lsp-format-buffer))
        (t (user-error "语言服务器没有启动：M-x eglot"))))

;;;; The server

(defvar-local budget-checked nil
  "What the server last said of this document: which template, how many relations.")

(defun budget-show-checked ()
  "Say what was checked."
  (interactive)
  (message "%s" (or budget-checked "还没有核对过")))

(defun budget--checked (file opening version newest)
  "The server checked VERSION of FILE and says OPENING.
NEWEST is the variables in which the client may have the version that it
told the server of: of an older one nothing is kept."
  (let ((buffer (find-buffer-visiting file)))
    (when buffer
      (with-current-buffer buffer
        (let ((known (cl-find-if #'boundp newest)))
          (unless (and known version (< version (symbol-value known)))
            (setq budget-checked opening)))))))

(defun budget--server (&rest _)
  "The server's program and arguments, and what it is to tell."
  (append budget-server-command '(:initializationOptions (:checked t))))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(budget-mode . budget--server))
  (cl-defmethod eglot-handle-notification
    (_server (_method (eql budget/checked)) &key uri opening version &allow-other-keys)
    "Keep what was checked."
    (budget--checked (eglot--uri-to-path uri) opening version
                     ;; The newer name first.
                     '(eglot--docver eglot--versioned-identifier))))

(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(budget-mode . "budget"))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection (lambda () budget-server-command))
    :activation-fn (lsp-activate-on "budget")
    :initialization-options '(:checked t)
    :notification-handlers
    (let ((handlers (make-hash-table :test #'equal)))
      (puthash "budget/checked"
               (lambda (_workspace params)
                 (budget--checked (lsp--uri-to-path (gethash "uri" params)) (gethash "opening" params)
                                  (gethash "version" params) '(lsp--cur-version)))
               handlers)
      handlers)
    :server-id 'budget-lsp)))

(defun budget--start-server ()
  "Start the server if the user wants it and it is there."
  (when (and buffer-file-name (executable-find (car budget-server-command)))
    (cond ((and (eq budget-start-server 'eglot) (or (fboundp 'eglot-ensure) (require 'eglot nil t)))
           (eglot-ensure))
          ((and (eq budget-start-server 'lsp-mode) (or (fboundp 'lsp-deferred) (require 'lsp-mode nil t)))
           (lsp-deferred)))))

;;;; The mode

(defvar budget-mode-syntax-table
  (let ((table (make-syntax-table text-mode-syntax-table)))
    (modify-syntax-entry ?\" "." table)
    (modify-syntax-entry ?| "." table)
    (modify-syntax-entry ?｜ "." table)
    (modify-syntax-entry ?{ "(}" table)
    (modify-syntax-entry ?} "){" table)
    table)
  "Marks of a budget.")

(defvar budget-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "TAB") #'budget-next-cell)
    (define-key map (kbd "C-c C-f") #'budget-format)
    (define-key map (kbd "C-c C-v") #'budget-show-checked)
    (define-key map (kbd "C-c C-n") #'outline-next-visible-heading)
    (define-key map (kbd "C-c C-p") #'outline-previous-visible-heading)
    map)
  "Keys of `budget-mode'.")

;;;###autoload
(define-derived-mode budget-mode text-mode "预算公开"
  "编辑预决算公开文档（`.budget'）。

\\{budget-mode-map}"
  (setq-local font-lock-defaults '(budget-font-lock-keywords t))
  (setq-local font-lock-multiline t)
  (add-hook 'font-lock-extend-region-functions #'budget--extend-region t t)
  (setq-local comment-start "<!-- ")
  (setq-local comment-end " -->")
  (setq-local comment-start-skip "<!--[ \t]*")
  (setq-local comment-end-skip "[ \t]*-->")
  (setq-local imenu-generic-expression budget-imenu-expression)
  (setq-local outline-regexp (concat budget--blank "[#＃]+"))
  (setq-local outline-level #'budget-outline-level)
  (setq-local truncate-lines t)
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width 2)
  ;; Rows are lines: they are not broken.
  (auto-fill-mode -1)
  (outline-minor-mode 1)
  (budget--start-server))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.budget\\'" . budget-mode))
;;;###autoload
(modify-coding-system-alist 'file "\\.budget\\'" 'utf-8)

(provide 'budget-mode)

;;; budget-mode.el ends here
